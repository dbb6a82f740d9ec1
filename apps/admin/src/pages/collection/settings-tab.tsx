import { Trans, useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import { fieldType } from "@plinth/core";
import { type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { type CollectionInfo, useCollections } from "../../data/collections.ts";
import { DEFAULT_SORT, keptFields } from "../../schema/draft.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { confirm } from "../../ui/confirm.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.ts";
import { lossWords } from "./loss-words.ts";
import { referencesTo } from "./references.ts";
import { SortEditor } from "./sort-editor.tsx";
import type { SchemaDraft } from "./use-schema-draft.ts";

interface SettingsTabProps {
  readonly collection: CollectionInfo;
  readonly schema: SchemaDraft;
}

/** What is not about single fields, and the end of the collection. */
export function SettingsTab({ collection, schema }: SettingsTabProps): ReactNode {
  const { t } = useLingui();
  const { draft, setDraft } = schema;
  const { id, slug, kind, version, created_at, system, system_fields } = collection;
  const sortable = [...keptFields(draft).map(({ field }) => field), ...system_fields]
    .filter((field) => fieldType(field).sorted)
    .map(({ name }) => name);
  return (
    <div className="flex max-w-4xl flex-col gap-6">
      <Card title={t`Description and order`}>
        <div className="flex max-w-2xl flex-col gap-4">
          <Field label={t`Note`} description={t`What the collection holds. It is part of the API's documentation.`}>
            <Textarea
              value={draft.note}
              rows={2}
              maxLength={2000}
              onChange={(event) => setDraft({ ...draft, note: event.target.value })}
            />
          </Field>
          <SortEditor
            value={draft.default_sort}
            names={sortable}
            free={kind === "document"}
            onChange={(default_sort) => setDraft({ ...draft, default_sort: default_sort || DEFAULT_SORT })}
          />
        </div>
      </Card>
      <Card title={t`Facts`}>
        <KeyValueList
          items={[
            { key: "slug", label: t`Name in URLs`, value: <code>{slug}</code> },
            {
              key: "kind",
              label: t`Kind`,
              value: kind === "document" ? t`Documents: any JSON object` : t`A table with a column for each field`,
            },
            { key: "version", label: t`Version of the schema`, value: version },
            { key: "created", label: t`Created`, value: <Time value={created_at} /> },
            { key: "id", label: t`Id`, value: <code className="break-all">{id}</code> },
          ]}
        />
        <p className="pt-3 text-muted text-sm">
          <Trans>The name and the kind of a collection do not change: programs use them.</Trans>
        </p>
      </Card>
      {!system && <DeleteCard slug={slug} />}
    </div>
  );
}

function DeleteCard({ slug }: { readonly slug: string }): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const { data: collections = [] } = useCollections();
  const [isAsking, setAsking] = useState(false);
  const references = referencesTo(collections, slug);
  const remove = useApiMutation({
    run: (api) => api.delete(`collections/${slug}`, { confirm: slug }),
    changes: ["collections", "permissions"],
    onDone: () => {
      toast.success(t`The collection ${slug} is deleted.`);
      go("collections");
    },
  });
  const loss = useApiMutation({ run: (api) => itemsLost(() => api.delete(`collections/${slug}`)), changes: [] });
  const ask = async () => {
    setAsking(true);
    try {
      const items = await loss.mutateAsync();
      const confirmed = await confirm({
        title: t`Delete the collection ${slug}?`,
        description: lossWords(items),
        confirmLabel: t`Delete collection`,
        danger: true,
        typeToConfirm: slug,
      });
      if (confirmed) await remove.mutateAsync();
    } catch {
      // Both mutations show their errors below.
    } finally {
      setAsking(false);
    }
  };
  return (
    <Card
      title={t`Delete this collection`}
      description={t`Its items, its rules and its history go with it. This cannot be undone.`}
      className="border-danger/40"
    >
      {references.length > 0 ? (
        <div className="text-sm">
          <p>
            <Trans>It cannot be deleted while fields of other collections lead to it. Delete these fields first:</Trans>
          </p>
          <ul className="list-inside list-disc pt-1">
            {references.map(({ collection, field }) => (
              <li key={`${collection}.${field}`}>
                <PageLink path={`collections/${collection}`} search={{ field }} className="text-accent-ink underline">
                  {collection}.{field}
                </PageLink>
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <Button variant="danger" pending={isAsking} onClick={() => void ask()}>
          <Trans>Delete collection</Trans>
        </Button>
      )}
      {(loss.error ?? remove.error) && <ErrorState inline error={loss.error ?? remove.error} className="mt-3" />}
    </Card>
  );
}

/** How many items the server says would be deleted: it refuses to without a confirmation. */
async function itemsLost(tryToDelete: () => Promise<unknown>): Promise<number | undefined> {
  try {
    await tryToDelete();
    return undefined;
  } catch (error) {
    if (!(error instanceof PlinthClientError) || error.code !== "CONFIRMATION_REQUIRED") throw error;
    const { items } = error.details ?? {};
    return typeof items === "number" ? items : undefined;
  }
}
