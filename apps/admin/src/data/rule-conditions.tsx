import { Trans } from "@lingui/react/macro";
import type { Rule } from "@plinth/core";
import type { ReactNode } from "react";
import { conditionWords, countingParts, isAlways } from "./rule-condition.ts";

type ConditionalRule = Pick<Rule, "action" | "effect" | "condition" | "check">;

/** All conditions that a rule has stored, in a few words. */
export function RuleConditions({ rule }: { readonly rule: ConditionalRule }): ReactNode {
  const { items, after } = countingParts(rule);
  return (
    <>
      {isAlways(items) ? (
        <span>
          <Trans>every item</Trans>
        </span>
      ) : (
        <code className="min-w-0 break-all">{conditionWords(items)}</code>
      )}
      {after !== null && (
        <span className="min-w-0">
          <Trans>
            Afterwards: <code className="break-all">{conditionWords(after)}</code>
          </Trans>
        </span>
      )}
      <UnusedCondition rule={rule} />
    </>
  );
}

/** What is stored in a rule without counting. */
export function UnusedCondition({ rule }: { readonly rule: ConditionalRule }): ReactNode {
  const { unused } = countingParts(rule);
  if (unused === null) return null;
  return (
    <span className="min-w-0 text-warning-ink">
      <Trans>
        Stored, but without effect: <code className="break-all">{conditionWords(unused)}</code>
      </Trans>
    </span>
  );
}
