import { isObject, type Json, type Rule } from "@plinth/core";

type RuleParts = Pick<Rule, "action" | "effect" | "condition" | "check">;

/** The parts of a rule that the server reads. */
export interface CountingParts {
  /** Which items the rule is about; for `create`, what must hold of the new item. */
  readonly items: Json | null;
  /** What must hold of an item after its change. Null: what `items` says. */
  readonly after: Json | null;
  /** What is stored, and counts for nothing: a condition of `create` beside its check, or a check of what checks nothing. */
  readonly unused: Json | null;
}

export function countingParts({ action, effect, condition, check }: RuleParts): CountingParts {
  if (effect === "allow" && action === "update") return { items: condition, after: check, unused: null };
  if (effect === "allow" && action === "create" && check !== null)
    return { items: check, after: null, unused: condition };
  return { items: condition, after: null, unused: check };
}

/** Whether it holds for every item: an empty condition does too. */
export function isAlways(condition: Json | null): boolean {
  return condition === null || (isObject(condition) && Object.keys(condition).length === 0);
}

/** A condition in a few words, for a cell: `owner_id = $user.id`. */
export function conditionWords(condition: Json | null): string {
  if (condition === null || typeof condition !== "object" || Array.isArray(condition)) return "";
  return Object.entries(condition)
    .map(([name, value]) => wordsOf(name, value))
    .join(", ");
}

const JOINS: Readonly<Record<string, string>> = { $and: ", ", _and: ", ", $or: " | ", _or: " | " };

const SIGNS: Readonly<Record<string, string>> = { _eq: "=", _neq: "≠", _gt: ">", _gte: "≥", _lt: "<", _lte: "≤" };

function wordsOf(name: string, value: Json): string {
  const join = JOINS[name];
  if (join !== undefined) return (Array.isArray(value) ? value : []).map(conditionWords).join(join);
  if (name === "$not" || name === "_not") return `not (${conditionWords(value)})`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return `${name} = ${plain(value)}`;
  return Object.entries(value)
    .map(([operator, operand]) => {
      if (!operator.startsWith("_")) return wordsOf(`${name}.${operator}`, operand as Json);
      return `${name} ${SIGNS[operator] ?? operator.slice(1)} ${plain(operand as Json)}`;
    })
    .join(", ");
}

function plain(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
