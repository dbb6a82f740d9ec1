import { Trans, useLingui } from "@lingui/react/macro";
import type { Action } from "@plinth/core";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useActionNames } from "../../data/action-names.ts";
import { listedCollections, useCollections } from "../../data/collections.ts";
import type { RuleInfo } from "../../data/rule-line.tsx";
import { Card } from "../../ui/card.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { type KeyLimits, powerOf } from "./key-power.ts";

/** What a scoped key can do today, and for what a rule is missing. */
export function KeyPowerCard({ limits }: { readonly limits: KeyLimits }): ReactNode {
  const { t, i18n } = useLingui();
  const names = useActionNames();
  const { data: collections } = useCollections();
  const { data: rules } = useApiGet<readonly RuleInfo[]>("permissions");
  if (!collections || !rules) return null;
  const power = powerOf(
    limits,
    rules,
    listedCollections(collections).map(({ slug }) => slug),
  );
  const list = new Intl.ListFormat(i18n.locale);
  const named = (actions: readonly Action[]) => list.format(actions.map((action) => names[action]));
  const isUseless = power.every(({ allowed }) => allowed.length === 0);
  return (
    <Card
      title={t`What it can do now`}
      description={t`By its scope and the rules of its roles, for all or some of the items.`}
      actions={
        <PageLink path="rules" className="text-accent-ink text-sm underline">
          <Trans>Rules</Trans>
        </PageLink>
      }
    >
      {isUseless && (
        <p className="pb-3 text-sm text-warning-ink">
          <Trans>No rule lets this key use any item: such requests will be refused.</Trans>
        </p>
      )}
      <KeyValueList
        items={power.map(({ collection, allowed, refused }) => ({
          key: collection,
          label: collection,
          value: (
            <>
              {allowed.length > 0 ? named(allowed) : <Trans>Nothing</Trans>}
              {refused.length > 0 && (
                <span className="block text-muted">
                  <Trans>No rule yet for: {named(refused)}</Trans>
                </span>
              )}
            </>
          ),
        }))}
      />
    </Card>
  );
}
