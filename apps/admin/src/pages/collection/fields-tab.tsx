import { Trans, useLingui } from "@lingui/react/macro";
import { isVirtual } from "@plinth/core";
import type { ReactNode } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { PageLink } from "../../app/page-link.tsx";
import { type CollectionInfo, useCollections } from "../../data/collections.ts";
import type { DraftField } from "../../schema/draft.ts";
import { TypeLabel } from "../../schema/field-form.tsx";
import { FieldList } from "../../schema/field-list.tsx";
import { FieldSheet } from "../../schema/field-sheet.tsx";
import { fieldWords } from "../../schema/field-words.ts";
import { Card } from "../../ui/card.tsx";
import { confirm } from "../../ui/confirm.ts";
import { countValues, countWords } from "./count-values.ts";
import { listsOver } from "./references.ts";
import type { SchemaDraft } from "./use-schema-draft.ts";

interface FieldsTabProps {
  readonly collection: CollectionInfo;
  readonly schema: SchemaDraft;
  readonly open: string | undefined;
  readonly onOpen: (name: string | undefined) => void;
}

/** The collection's own fields, and those that every item has. */
export function FieldsTab({ collection, schema, open, onOpen }: FieldsTabProps): ReactNode {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const { data: collections = [] } = useCollections();
  const { slug, kind, system, system_fields } = collection;
  const { draft, setDraft, steps, applyNow, refusals } = schema;
  const opened = draft.fields.find(({ field }) => field.name === open);

  const mayDelete = async ({ field }: DraftField): Promise<boolean> => {
    const users = listsOver(collections, slug, field.name);
    if (users.length > 0) {
      await confirm({
        title: t`${field.name} cannot be deleted`,
        description: t`Lists of other collections use it: ${users.join(", ")}. Delete those lists first.`,
        confirmLabel: t`OK`,
      });
      return false;
    }
    if (isVirtual(field)) return true;
    const count = await countValues(client, slug, field).catch(() => undefined);
    return confirm({
      title: t`Delete the field ${field.name}?`,
      description: count === undefined ? t`Its values are lost for good when you apply the draft.` : countWords(count),
      confirmLabel: t`Mark to be deleted`,
      danger: true,
    });
  };

  return (
    <div className="flex flex-col gap-6">
      {kind === "document" ? (
        <p className="rounded-lg border border-dashed p-4 text-muted text-sm">
          <Trans>
            A document collection takes any JSON object, so it declares no fields. Its{" "}
            <PageLink path={`collections/${slug}`} search={{ tab: "indexes" }} className="text-accent-ink underline">
              indexed paths
            </PageLink>{" "}
            are what it knows of them.
          </Trans>
        </p>
      ) : (
        <FieldList
          draft={draft}
          system={system}
          onDraft={setDraft}
          onOpen={onOpen}
          onDelete={mayDelete}
          refused={refusals}
        />
      )}
      <Card
        flush
        title={t`Fields that every item has`}
        description={t`Plinth sets them. They can be read, filtered and sorted by like all others.`}
      >
        <ul className="divide-y">
          {system_fields.map((field) => (
            <li
              key={field.name}
              className="grid grid-cols-2 items-center gap-x-3 px-4 py-2 text-sm sm:grid-cols-[8rem_10rem_minmax(0,1fr)]"
            >
              <code className="break-all">{field.name}</code>
              <TypeLabel field={field} />
              <span className="text-muted text-xs max-sm:col-span-2">{fieldWords(field).join(" · ")}</span>
            </li>
          ))}
        </ul>
      </Card>
      <FieldSheet
        slug={slug}
        draft={draft}
        open={open}
        onOpen={onOpen}
        onDraft={setDraft}
        onApply={steps.length === 0 ? applyNow : undefined}
        refusals={(opened && refusals[opened.key]) ?? {}}
      />
    </div>
  );
}
