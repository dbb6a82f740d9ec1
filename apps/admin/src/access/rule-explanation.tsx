import { Trans, useLingui } from "@lingui/react/macro";
import type { Json, Rule } from "@plinth/core";
import type { ReactNode } from "react";
import { PageLink } from "../app/page-link.tsx";
import { conditionWords } from "../data/rule-condition.ts";
import { RuleConditions } from "../data/rule-conditions.tsx";
import { Badge } from "../ui/badge.tsx";
import { type ReasonKind, reasonKind } from "./reason-of.ts";

interface EvaluatedRule extends Pick<Rule, "id" | "role" | "action" | "effect" | "condition" | "check"> {
  readonly matches?: boolean;
  readonly failed?: readonly { readonly condition?: Json; readonly message: string }[];
}

/** The answer of a simulation by the rules of now; only a reason where there can be none. */
export interface RuleDecision {
  readonly reason: string;
  readonly decision?: "allow" | "deny" | "undecided";
  readonly bypass?: boolean;
  readonly deciding_rule?: { readonly id: string; readonly role?: string; readonly effect?: "allow" | "deny" } | null;
  readonly roles?: readonly string[];
  readonly fields?: readonly string[] | null;
  readonly matched_rules?: readonly EvaluatedRule[];
}

interface RuleExplanationProps {
  readonly explanation: RuleDecision;
  /** Where its rules are found; null: it is about none. */
  readonly collection: string | null;
  readonly action: string | null;
}

/** What the rules say about a request, in words, with the way to each of them. */
export function RuleExplanation({ explanation, collection, action }: RuleExplanationProps): ReactNode {
  const { t, i18n } = useLingui();
  const { reason, roles = [], fields, matched_rules: rules = [], deciding_rule: deciding } = explanation;
  const names = roles.join(", ");
  const any = new Intl.ListFormat(i18n.locale, { type: "disjunction" }).format(roles);
  const seen = fields?.join(", ") ?? "";
  const kind = reasonKind(explanation);
  const slug = collection ?? "";
  const none: Readonly<Record<string, string>> = {
    read: t`No rule lets ${any} read ${slug}.`,
    create: t`No rule lets ${any} create ${slug}.`,
    update: t`No rule lets ${any} change ${slug}.`,
    delete: t`No rule lets ${any} delete ${slug}.`,
  };
  const noRule = none[action ?? ""];
  const sentences: Readonly<Record<ReasonKind, string>> = {
    denied: t`A rule for the role ${deciding?.role ?? ""} denies it.`,
    "no rule": noRule ?? reason,
    fails: t`Rules exist, but their conditions do not hold for this item.`,
    administers: t`The role admin may do everything.`,
    holds: t`A rule's condition holds for this item.`,
    "every item": t`A rule allows it for every item.`,
    "some items": t`Allowed for items that satisfy the conditions.`,
  };
  return (
    <section className="flex flex-col gap-2" aria-label={t`Why`}>
      <p className="font-medium">{kind === undefined ? reason : sentences[kind]}</p>
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
                  leadsOnly
                  path="rules"
                  search={{ role: rule.role, collection, action: rule.action }}
                  className="underline"
                >
                  <Trans>Open rule</Trans>
                </PageLink>
              )}
            </span>
            {rule.failed?.map(({ condition = null, message }) => (
              <span key={message} className="flex flex-col">
                {condition !== null && (
                  <span className="text-danger-ink">
                    <Trans>
                      Does not hold: <code className="break-all">{conditionWords(condition)}</code>
                    </Trans>
                  </span>
                )}
                <span className={condition === null ? "text-danger-ink" : "text-muted"}>{message}</span>
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
