import { Trans, useLingui } from "@lingui/react/macro";
import { ACTIONS, ownerRules, type Rule } from "@plinth/core";
import type { ReactNode } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import type { CollectionInfo } from "../../data/collections.ts";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { toast } from "../../ui/toast.ts";
import { emptyRule } from "./rules.ts";

interface QuickRulesProps {
  readonly role: string;
  readonly collection: CollectionInfo;
}

/** Rules for all actions that many apps need, shown before they are made. */
export function QuickRules({ role, collection }: QuickRulesProps): ReactNode {
  const { t } = useLingui();
  const make = useApiMutation({
    run: (api, rules: readonly Omit<Rule, "id">[]) => api.post("permissions", rules as unknown as object),
    changes: ["permissions", "exposure"],
    onDone: () => toast.success(t`The rules are made, and count from now on`),
  });
  const { slug, system_fields } = collection;
  const isOwned = system_fields.some(({ name }) => name === "owner_id");
  const ofTheirOwn = {
    label: t`Everything of their own`,
    text: t`${role}: create items, and read, change and delete their own.`,
    rules: ownerRules(role, slug),
  };
  const sets = [
    ...(isOwned && role !== "public" ? [ofTheirOwn] : []),
    {
      label: t`Everything`,
      text: t`${role}: read, create, change and delete every item.`,
      rules: ACTIONS.map((action) => emptyRule(role, slug, action)),
    },
  ];
  const ask = async ({ label, text, rules }: (typeof sets)[number]) => {
    if (await confirm({ title: label, description: text, confirmLabel: t`Make the rules` })) make.mutate(rules);
  };
  return (
    <section className="flex flex-col gap-2 border-t pt-3">
      <h3 className="font-medium text-sm">
        <Trans>Rules of {slug} at once</Trans>
      </h3>
      <div className="flex flex-wrap gap-2">
        {sets.map((set) => (
          <Button key={set.label} size="sm" pending={make.isPending} onClick={() => void ask(set)}>
            {set.label}
          </Button>
        ))}
      </div>
      {make.error && <ErrorState inline error={make.error} />}
    </section>
  );
}
