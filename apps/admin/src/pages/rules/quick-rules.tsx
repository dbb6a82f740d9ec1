import { Trans, useLingui } from "@lingui/react/macro";
import { ACTIONS, ownerRules, type Rule } from "@plinth/core";
import type { ReactNode } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import type { CollectionInfo } from "../../data/collections.ts";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { toast } from "../../ui/toast.ts";
import { useWho } from "./rule-chooser.tsx";
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
  const who = useWho()(role);
  const { slug, system_fields } = collection;
  const isOwned = system_fields.some(({ name }) => name === "owner_id");
  const ofTheirOwn = {
    label: t`Everything of their own`,
    text: t`${who}: create items, and read, change and delete their own.`,
    title: t`Open their own items of ${slug}?`,
    isRisky: false,
    rules: ownerRules(role, slug),
  };
  const sets = [
    ...(isOwned && role !== "public" ? [ofTheirOwn] : []),
    {
      label: t`Everything`,
      text: t`${who}: read, create, change and delete every item.`,
      title: t`Open all of ${slug}?`,
      // Strangers could fill it, and destroy what is there.
      isRisky: role === "public",
      rules: ACTIONS.map((action) => emptyRule(role, slug, action)),
    },
  ];
  const ask = async ({ title, text, isRisky, rules }: (typeof sets)[number]) => {
    const description = isRisky ? <Risk text={text} /> : text;
    const confirmed = await confirm({ title, description, confirmLabel: t`Make the rules`, danger: isRisky });
    if (confirmed) make.mutate(rules);
  };
  return (
    <section className="flex flex-col gap-2 border-t pt-3">
      <h3 className="font-medium text-sm">
        <Trans>Rules of {slug} at once</Trans>
      </h3>
      {sets.map((set) => (
        <div key={set.label} className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Button
            size="sm"
            variant={set.isRisky ? "danger" : "secondary"}
            pending={make.isPending}
            onClick={() => void ask(set)}
          >
            {set.label}
          </Button>
          <span className={set.isRisky ? "text-danger-ink text-xs" : "text-muted text-xs"}>{set.text}</span>
        </div>
      ))}
      {make.error && <ErrorState inline error={make.error} />}
    </section>
  );
}

function Risk({ text }: { readonly text: string }): ReactNode {
  return (
    <span className="flex flex-col gap-2">
      <span>{text}</span>
      <strong className="text-danger-ink">
        <Trans>Anybody who knows the address can then fill, change and empty the collection, without an account.</Trans>
      </strong>
    </span>
  );
}
