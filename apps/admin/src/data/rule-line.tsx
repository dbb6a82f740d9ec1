import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useApiMutation } from "../api/hooks.ts";
import { useWorkspace } from "../api/workspace.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { confirm } from "../ui/confirm.ts";
import { ErrorState } from "../ui/error-state.tsx";
import { toast } from "../ui/toast.ts";

/** A rule as `GET /api/permissions` lists it, as far as pages show it. */
export interface RuleInfo {
  readonly id: string;
  readonly role: string;
  readonly collection: string;
  readonly action: "read" | "create" | "update" | "delete";
  readonly effect: "allow" | "deny";
  readonly condition: unknown;
  readonly check: unknown;
  readonly fields: readonly string[] | null;
}

/** One rule, and the way to take it back. */
export function RuleLine({ rule }: { readonly rule: RuleInfo }): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  const remove = useApiMutation({
    run: (api) => api.delete(`permissions/${rule.id}`),
    changes: ["permissions", "exposure"],
    onDone: () => toast.success(t`The rule is deleted`),
  });
  const ask = async () => {
    const confirmed = await confirm({
      title: t`Delete this rule?`,
      description:
        rule.effect === "deny"
          ? t`What it denies to the role ${rule.role} may become open.`
          : t`Users with the role ${rule.role} lose what only this rule allows, at once. The rule cannot be brought back, but made again.`,
      confirmLabel: t`Delete rule`,
      danger: true,
    });
    if (confirmed) remove.mutate();
  };
  const isForAll = rule.condition === null;
  return (
    <li className="flex flex-wrap items-center gap-2">
      <Badge tone={rule.effect === "deny" ? "success" : "neutral"}>
        {rule.effect === "deny" ? t`Denies` : t`Allows`}
      </Badge>
      <span>{t`role ${rule.role}`}</span>
      {rule.collection === "*" && (
        <Badge tone="warning">
          <Trans>For all collections</Trans>
        </Badge>
      )}
      <code className="min-w-0 break-all">{isForAll ? t`every item` : JSON.stringify(rule.condition)}</code>
      {rights.develop && (
        <Button size="sm" pending={remove.isPending} onClick={ask}>
          <Trans>Delete rule</Trans>
        </Button>
      )}
      {remove.error && <ErrorState inline error={remove.error} />}
    </li>
  );
}
