import type { Rule } from "@plinth/core";
import { countingParts, isAlways } from "../../data/rule-condition.ts";

/** What somebody without an account may read, write or both of a collection, by its rules. */
export type Openness = "open" | "conditional" | "closed";

/** `public` and `authenticated` are roles that nobody has to be given. */
const EVERYBODY: ReadonlySet<string> = new Set(["public", "authenticated"]);

type RuleOfAccess = Pick<Rule, "role" | "collection" | "action" | "effect" | "condition" | "check" | "fields">;

/** Open: a rule lets everybody at all items. Conditional: at some items or fields, or those of a role at them. */
export function opennessOf(rules: readonly RuleOfAccess[], slug: string): Openness {
  const allowing = rules.filter(
    ({ collection, effect }) => effect === "allow" && (collection === slug || (collection === "*" && slug !== "users")),
  );
  if (allowing.length === 0) return "closed";
  const isOpen = allowing.some(
    (rule) => EVERYBODY.has(rule.role) && isAlways(countingParts(rule).items) && rule.fields === null,
  );
  return isOpen ? "open" : "conditional";
}
