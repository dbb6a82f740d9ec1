import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";

interface EvaluatedRule {
  readonly id: string;
  readonly role: string;
  readonly effect: "allow" | "deny";
  readonly condition: unknown;
  readonly matches?: boolean;
  readonly failed?: readonly { readonly message: string }[];
}

/** The answer of a simulation by the rules of now; only a reason where there can be none. */
export interface RefusalExplanation {
  readonly reason: string;
  readonly decision?: "allow" | "deny" | "undecided";
  readonly roles?: readonly string[];
  readonly matched_rules?: readonly EvaluatedRule[];
}

/** What the rules say about a refused request, in words. */
export function Explanation({ explanation }: { readonly explanation: RefusalExplanation }): ReactNode {
  const { t } = useLingui();
  const { reason, decision, roles = [], matched_rules: rules = [] } = explanation;
  const names = roles.join(", ");
  return (
    <section className="flex flex-col gap-2 border-t pt-3" aria-label={t`Why`}>
      <p className="font-medium">{reason}</p>
      {decision === "allow" && (
        <p className="text-muted">
          <Trans>The rules of now allow such a request: a field or a value of this one was the reason.</Trans>
        </p>
      )}
      {names !== "" && <p className="text-muted">{t`Roles of the caller: ${names}`}</p>}
      <ul className="flex flex-col gap-2">
        {rules.map((rule) => (
          <li key={rule.id} className="flex flex-col gap-1">
            <span className="flex flex-wrap items-center gap-2">
              <Badge tone={rule.effect === "deny" && rule.matches ? "danger" : "neutral"}>
                {rule.effect === "deny" ? t`Denies` : t`Allows`}
              </Badge>
              <span>{t`role ${rule.role}`}</span>
              <code className="min-w-0 break-all">
                {rule.condition === null ? t`every item` : JSON.stringify(rule.condition)}
              </code>
            </span>
            {rule.failed?.map(({ message }) => (
              <span key={message} className="text-danger-ink">
                {message}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
