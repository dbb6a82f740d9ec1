import { Trans, useLingui } from "@lingui/react/macro";
import type { Json } from "@plinth/core";
import type { ReactNode } from "react";
import { useWorkspace } from "../api/workspace.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { RuleConditions } from "./rule-conditions.tsx";
import { useRuleRemoval } from "./rule-removal.ts";

/** A rule as `GET /api/permissions` lists it, as far as pages show it. */
export interface RuleInfo {
  readonly id: string;
  readonly role: string;
  readonly collection: string;
  readonly action: "read" | "create" | "update" | "delete";
  readonly effect: "allow" | "deny";
  readonly condition: Json | null;
  readonly check: Json | null;
  readonly fields: readonly string[] | null;
}

/** One rule, and the way to take it back. */
export function RuleLine({ rule }: { readonly rule: RuleInfo }): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  const { removal, ask } = useRuleRemoval();
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
      <RuleConditions rule={rule} />
      {rights.develop && (
        <Button size="sm" pending={removal.isPending} onClick={() => void ask(rule)}>
          <Trans>Delete rule</Trans>
        </Button>
      )}
      {removal.error && <ErrorState inline error={removal.error} />}
    </li>
  );
}
