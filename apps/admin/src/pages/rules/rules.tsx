import { Trans, useLingui } from "@lingui/react/macro";
import { Scale } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiGet } from "../../api/hooks.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { type CollectionInfo, useCollections } from "../../data/collections.ts";
import { useRoleOptions } from "../../data/role-options.ts";
import { type RuleInfo, RuleLine } from "../../data/rule-line.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Select } from "../../ui/select.tsx";
import { RuleSheet } from "./rule-sheet.tsx";

const ACTIONS = ["read", "create", "update", "delete"] as const;
type Action = (typeof ACTIONS)[number];

const address = z.object({
  role: z.string().max(100).optional(),
  /** Of the rule that is being written. */
  collection: z.string().max(100).optional(),
  action: z.enum(ACTIONS).optional(),
});

/** The rules of one role, by collection and action. */
export default function Rules(): ReactNode {
  const { t } = useLingui();
  const [{ role = "public", collection, action }, setSearch] = useSearchState(address);
  const rules = useApiGet<readonly RuleInfo[]>("permissions", { role });
  const { data: collections } = useCollections();
  const own = useRoleOptions();
  const options = useMemo(
    () => [
      { value: "public", label: t`Everybody, also strangers` },
      { value: "authenticated", label: t`Every signed-in user` },
      // No rule binds administrators.
      ...own.filter(({ value }) => value !== "admin"),
    ],
    [own, t],
  );
  const edited = collections?.find(({ slug }) => slug === collection);
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`Rules`}
        description={t`Everything is denied until a rule allows it. A user may do what any of their roles allows; several rules of one action add up.`}
        actions={
          <Button asChild>
            <PageLink path="exposure" search={role === "public" ? {} : { as: `role:${role}` }}>
              <Trans>See what they may do</Trans>
            </PageLink>
          </Button>
        }
        className="pb-0"
      />
      <Select
        value={role}
        onValueChange={(next) => setSearch({ role: next === "public" ? undefined : next })}
        options={options}
        aria-label={t`Role`}
        className="w-full sm:w-80"
      />
      {rules.error && <PageFailure error={rules.error} reset={() => void rules.refetch()} />}
      {!rules.error && (!rules.data || !collections) && <PagePending />}
      {rules.data && collections?.length === 0 && (
        <Card>
          <EmptyState icon={<Scale />} title={t`No collections yet`}>
            <Trans>Rules say who may read and write the items of a collection. Make a collection first.</Trans>
          </EmptyState>
        </Card>
      )}
      {rules.data &&
        collections?.map((one) => (
          <CollectionRules
            key={one.id}
            collection={one}
            rules={rules.data.filter((rule) => rule.collection === one.slug)}
            onAdd={(next) => setSearch({ collection: one.slug, action: next })}
          />
        ))}
      {rules.data && <OtherRules rules={rules.data.filter(({ collection: at }) => at === "*" || at.includes(":"))} />}
      {edited && action && (
        <RuleSheet
          key={`${edited.slug} ${action} ${role}`}
          collection={edited}
          action={action}
          role={role}
          onClose={() => setSearch({ collection: undefined, action: undefined })}
        />
      )}
    </div>
  );
}

interface CollectionRulesProps {
  readonly collection: CollectionInfo;
  readonly rules: readonly RuleInfo[];
  readonly onAdd: (action: Action) => void;
}

function CollectionRules({ collection: { slug }, rules, onAdd }: CollectionRulesProps): ReactNode {
  const { t } = useLingui();
  const labels = { read: t`Read`, create: t`Create`, update: t`Change`, delete: t`Delete` };
  return (
    <Card title={slug}>
      <div className="grid gap-4 text-sm lg:grid-cols-2">
        {ACTIONS.map((action) => {
          const own = rules.filter((rule) => rule.action === action);
          const label = labels[action];
          return (
            <section key={action} className="flex min-w-0 flex-col gap-2">
              <div className="flex items-center justify-between gap-2">
                <h3 className="font-semibold">{label}</h3>
                <Button size="sm" onClick={() => onAdd(action)} aria-label={t`Add a rule: ${label}, ${slug}`}>
                  <Trans>Add rule</Trans>
                </Button>
              </div>
              {own.length === 0 ? (
                <p className="text-muted">
                  <Trans>Closed</Trans>
                </p>
              ) : (
                <ul className="flex flex-col gap-2">
                  {own.map((rule) => (
                    <RuleLine key={rule.id} rule={rule} />
                  ))}
                </ul>
              )}
            </section>
          );
        })}
      </div>
    </Card>
  );
}

/** For all collections, and for channels. */
function OtherRules({ rules }: { readonly rules: readonly RuleInfo[] }): ReactNode {
  const { t } = useLingui();
  if (rules.length === 0) return null;
  return (
    <Card title={t`All collections, and channels`}>
      <ul className="flex flex-col gap-2 text-sm">
        {rules.map((rule) => (
          <li key={rule.id} className="flex flex-col gap-1">
            <code>
              {rule.action} {rule.collection}
            </code>
            <ul>
              <RuleLine rule={rule} />
            </ul>
          </li>
        ))}
      </ul>
    </Card>
  );
}
