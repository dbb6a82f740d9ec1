import { Trans, useLingui } from "@lingui/react/macro";
import type { Rule } from "@plinth/core";
import type { ReactNode } from "react";
import { PageLink } from "../app/page-link.tsx";
import { RuleConditions } from "../data/rule-conditions.tsx";
import { Badge } from "../ui/badge.tsx";

interface EvaluatedRule extends Pick<Rule, "id" | "role" | "action" | "effect" | "condition" | "check"> {
  readonly matches?: boolean;
  readonly failed?: readonly { readonly message: string }[];
}

/** The answer of a simulation by the rules of now; only a reason where there can be none. */
export interface RuleDecision {
  readonly reason: string;
  readonly decision?: "allow" | "deny" | "undecided";
  readonly deciding_rule?: { readonly id: string } | null;
  readonly roles?: readonly string[];
  readonly fields?: readonly string[] | null;
  readonly matched_rules?: readonly EvaluatedRule[];
}

interface RuleExplanationProps {
  readonly explanation: RuleDecision;
  /** Where its rules are found; null: it is about none. */
  readonly collection: string | null;
}

/** What the rules say about a request, in words, with the way to each of them. */
export function RuleExplanation({ explanation, collection }: RuleExplanationProps): ReactNode {
  const { t } = useLingui();
  const { reason, roles = [], fields, matched_rules: rules = [], deciding_rule: deciding } = explanation;
  const names = roles.join(", ");
  const seen = fields?.join(", ") ?? "";
  return (
    <section className="flex flex-col gap-2" aria-label={t`Why`}>
      <p className="font-medium">{reason}</p>
      {names !== "" && <p className="text-muted">{t`Roles of the caller: ${names}`}</p>}
      {seen !== "" && <p className="text-muted">{t`Only the fields ${seen}`}</p>}
      <ul className="flex flex-col gap-2">
        {rules.map((rule) => (
          <li key={rule.id} className="flex flex-col gap-1">
            <span className="flex flex-wrap items-center gap-2">
              <Badge tone={rule.effect === "deny" && rule.matches ? "danger" : "neutral"}>
                {rule.effect === "deny" ? t`Denies` : t`Allows`}
              </Badge>
              <span>{t`role ${rule.role}`}</span>
              <RuleConditions rule={rule} />
              {rule.id === deciding?.id && (
                <Badge tone="accent">
                  <Trans>Decides</Trans>
                </Badge>
              )}
              {collection !== null && (
                <PageLink
                  path="rules"
                  search={{ role: rule.role, collection, action: rule.action }}
                  className="underline"
                >
                  <Trans>Open rule</Trans>
                </PageLink>
              )}
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
