import { Trans, useLingui } from "@lingui/react/macro";
import { fieldType, isSystemField } from "@plinth/core";
import { Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { CollectionInfo } from "../../data/collections.ts";
import { type Draft, keptFields } from "../../schema/draft.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { MultiCombobox } from "../../ui/multi-combobox.tsx";
import type { Option } from "../../ui/option.ts";
import { PathsCard } from "./paths-card.tsx";
import { SlowQueries } from "./slow-queries.tsx";
import type { SchemaDraft } from "./use-schema-draft.ts";

interface IndexesTabProps {
  readonly collection: CollectionInfo;
  readonly schema: SchemaDraft;
}

/** What makes filters and sorts fast, and which sets of values are unique. */
export function IndexesTab({ collection, schema }: IndexesTabProps): ReactNode {
  const { t } = useLingui();
  const { draft, setDraft } = schema;
  if (collection.kind === "document") return <PathsCard draft={draft} onDraft={setDraft} />;
  return (
    <div className="flex flex-col gap-6">
      <SingleIndexes draft={draft} />
      <SetsCard
        title={t`Indexes over several fields`}
        description={t`For lists that filter by the first fields and sort by the next one. The order counts.`}
        addLabel={t`New index: choose its fields`}
        keep={t`Add index`}
        sets={draft.indexes}
        options={fieldOptions(collection, draft, ({ indexed }) => indexed, true)}
        onSets={(indexes) => setDraft({ ...draft, indexes })}
      />
      <SetsCard
        title={t`Unique together`}
        description={t`No two items have the same values in all of these fields. Such a set is also an index.`}
        addLabel={t`New set: choose its fields`}
        keep={t`Add set`}
        sets={draft.unique_together}
        options={fieldOptions(collection, draft, ({ unique_together }) => unique_together, true)}
        onSets={(unique_together) => setDraft({ ...draft, unique_together })}
      />
      <SlowQueries collection={collection} draft={draft} onDraft={setDraft} />
    </div>
  );
}

type TypeOf = ReturnType<typeof fieldType>;

function fieldOptions(
  { system_fields }: CollectionInfo,
  draft: Draft,
  fits: (type: TypeOf) => boolean,
  owner: boolean,
): readonly Option[] {
  const own = keptFields(draft).map(({ field }) => field);
  const system = owner
    ? system_fields.filter(({ name }) => name === "owner_id" || name === "created_at" || name === "updated_at")
    : [];
  return [...own, ...system]
    .filter((field) => fits(fieldType(field)))
    .map(({ name }) => ({ value: name, label: name, ...(isSystemField(name) && { description: "Plinth" }) }));
}

/** Indexes that belong to one field each; they are changed where the field is. */
function SingleIndexes({ draft }: { readonly draft: Draft }): ReactNode {
  const { t } = useLingui();
  const fields = keptFields(draft)
    .map(({ field }) => field)
    .filter((field) => field.indexed || field.unique || field.indexed_ignore_case || field.indexed_ignore_accents);
  return (
    <Card
      flush
      title={t`Indexes of single fields`}
      description={t`Lists by id, by time of creation and by owner are fast without any.`}
    >
      {fields.length === 0 ? (
        <p className="p-4 text-muted text-sm">
          <Trans>None. Tick “Indexed” at a field that lists filter or sort by.</Trans>
        </p>
      ) : (
        <ul className="divide-y">
          {fields.map((field) => (
            <li key={field.name} className="flex flex-wrap items-center gap-2 px-4 py-2 text-sm">
              <code className="min-w-28">{field.name}</code>
              {field.unique && (
                <Badge>
                  <Trans>Unique</Trans>
                </Badge>
              )}
              {field.indexed && (
                <Badge>
                  <Trans>Indexed</Trans>
                </Badge>
              )}
              {field.indexed_ignore_case && (
                <Badge>
                  <Trans>Without case</Trans>
                </Badge>
              )}
              {field.indexed_ignore_accents && (
                <Badge>
                  <Trans>Without accents</Trans>
                </Badge>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

type Sets = readonly (readonly string[])[];

interface SetsCardProps {
  readonly title: string;
  readonly description: string;
  readonly addLabel: string;
  readonly keep: string;
  readonly sets: Sets;
  readonly options: readonly Option[];
  readonly onSets: (sets: Sets) => void;
}

function SetsCard({ title, description, addLabel, keep, sets, options, onSets }: SetsCardProps): ReactNode {
  const { t } = useLingui();
  const [chosen, setChosen] = useState<Option[]>([]);
  const names = chosen.map(({ value }) => value);
  const isThere = sets.some((set) => set.join() === names.join());
  const add = () => {
    onSets([...sets, names]);
    setChosen([]);
  };
  return (
    <Card title={title} description={description}>
      <div className="flex flex-col gap-3">
        {sets.length > 0 && (
          <ol className="divide-y rounded-md border">
            {sets.map((set) => (
              <li key={set.join()} className="flex items-center gap-2 py-1 pr-1 pl-3 text-sm">
                <code className="min-w-0 flex-1 break-words">{set.join(", ")}</code>
                <IconButton
                  size="sm"
                  label={t`Remove ${set.join(", ")}`}
                  icon={<Trash2 aria-hidden />}
                  onClick={() => onSets(sets.filter((other) => other !== set))}
                />
              </li>
            ))}
          </ol>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <MultiCombobox value={chosen} onValueChange={setChosen} source={options} addLabel={addLabel} />
          {chosen.length > 0 && (
            <Button size="sm" onClick={add} disabled={chosen.length < 2 || isThere}>
              {keep}
            </Button>
          )}
          {chosen.length === 1 && (
            <span className="text-muted text-xs">
              <Trans>Choose at least two.</Trans>
            </span>
          )}
          {isThere && (
            <span className="text-muted text-xs">
              <Trans>This set is there already.</Trans>
            </span>
          )}
        </div>
      </div>
    </Card>
  );
}
