import { Trans, useLingui } from "@lingui/react/macro";
import { ACTIONS } from "@plinth/core";
import { useParams } from "@tanstack/react-router";
import { Rows3 } from "lucide-react";
import type { ReactNode } from "react";
import { z } from "zod";
import { NotFound } from "../../app/not-found.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { type CollectionInfo, useCollection, useCollections } from "../../data/collections.ts";
import { Badge } from "../../ui/badge.tsx";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { AccessTab } from "./access-tab.tsx";
import { ApplyBar } from "./apply-bar.tsx";
import { CodeTab } from "./code-tab.tsx";
import { FieldsTab } from "./fields-tab.tsx";
import { IndexesTab } from "./indexes-tab.tsx";
import { SettingsTab } from "./settings-tab.tsx";
import { useSchemaDraft } from "./use-schema-draft.ts";

const TABS = ["fields", "indexes", "access", "settings", "code"] as const;
const SEARCH = z.object({
  tab: z.enum(TABS).optional(),
  field: z.string().optional(),
  role: z.string().optional(),
  action: z.enum(ACTIONS).optional(),
});

/** The schema of a collection, changed by a draft that is applied as a whole. */
export default function CollectionView(): ReactNode {
  const { collection: slug = "" } = useParams({ strict: false });
  const { error, refetch } = useCollections();
  const collection = useCollection(slug);
  // A later reading that fails takes nothing away of the draft.
  if (error && collection === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (collection === undefined) return <PagePending />;
  if (collection === null) return <NotFound />;
  return <Schema key={collection.id} collection={collection} />;
}

function Schema({ collection }: { readonly collection: CollectionInfo }): ReactNode {
  const { t } = useLingui();
  const { slug, kind, note, system } = collection;
  const schema = useSchemaDraft(collection);
  const [{ tab = kind === "document" ? "indexes" : "fields", field, role, action }, setSearch] = useSearchState(SEARCH);
  const changed = schema.steps.length;
  return (
    <div className="flex min-w-0 flex-1 flex-col p-4 lg:p-6">
      <PageHeader
        className="pb-2"
        title={slug}
        description={note}
        breadcrumbs={
          <Breadcrumbs
            items={[
              <PageLink key="list" path="collections">
                <Trans>Collections</Trans>
              </PageLink>,
              slug,
            ]}
          />
        }
        aside={
          <>
            {kind === "document" && (
              <Badge>
                <Trans>Documents</Trans>
              </Badge>
            )}
            {system && (
              <Badge tone="info">
                <Trans>Kept by Plinth</Trans>
              </Badge>
            )}
          </>
        }
        actions={
          <Button asChild icon={<Rows3 aria-hidden />}>
            <PageLink path={`collections/${slug}/items`}>
              <Trans>Items</Trans>
            </PageLink>
          </Button>
        }
      />
      <Tabs
        label={t`Parts of the schema`}
        value={tab}
        onValueChange={(next) => setSearch({ tab: next, field: undefined, role: undefined, action: undefined })}
        className="flex-1 pb-6"
        items={[
          {
            value: "fields",
            label: t`Fields`,
            content: (
              <FieldsTab
                collection={collection}
                schema={schema}
                open={field}
                onOpen={(name) => setSearch({ field: name })}
              />
            ),
          },
          { value: "indexes", label: t`Indexes`, content: <IndexesTab collection={collection} schema={schema} /> },
          {
            value: "access",
            label: t`Access`,
            content: (
              <AccessTab
                collection={collection}
                role={role}
                action={action}
                onOpen={(nextRole, nextAction) => setSearch({ role: nextRole, action: nextAction })}
              />
            ),
          },
          { value: "settings", label: t`Settings`, content: <SettingsTab collection={collection} schema={schema} /> },
          { value: "code", label: t`Code`, content: <CodeTab collection={collection} /> },
        ]}
      />
      {changed > 0 && <ApplyBar schema={schema} />}
    </div>
  );
}
