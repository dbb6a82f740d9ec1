import { isObject, type Json, type Rule } from "@plinth/core";

/** What decides about items: for one that is made, what must hold of it. */
export function decidingCondition({
  action,
  condition,
  check,
}: Pick<Rule, "action" | "condition" | "check">): Json | null {
  return action === "create" ? (check ?? condition) : condition;
}

/** Whether it holds for every item: an empty condition does too. */
export function isAlways(condition: Json | null): boolean {
  return condition === null || (isObject(condition) && Object.keys(condition).length === 0);
}
