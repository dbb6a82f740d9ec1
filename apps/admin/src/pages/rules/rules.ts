import type { Action, Json, JsonObject, Rule } from "@plinth/core";
import { decidingCondition, isAlways } from "../../data/rule-condition.ts";

/** A rule that is not stored yet, or what becomes of one that is. */
export type RuleDraft = Omit<Rule, "id" | "condition" | "check" | "presets"> & {
  readonly condition: JsonObject | null;
  readonly check: JsonObject | null;
  readonly presets: Record<string, Json> | null;
};

/** What the rules of one role say of an action on a collection. */
export interface Cell {
  /** `open`: every item. `some`: items for which a condition holds. `closed`: none. */
  readonly state: "open" | "some" | "closed";
  readonly rules: readonly Rule[];
  /** Not all fields. */
  readonly isPartial: boolean;
  readonly denies: boolean;
}

/** The rules of a role for a collection and an action; those for `*` are among them, but never open the users. */
export function rulesFor(rules: readonly Rule[], role: string, collection: string, action: Action): readonly Rule[] {
  return rules.filter(
    (rule) =>
      rule.role === role &&
      rule.action === action &&
      (rule.collection === collection ||
        (rule.collection === "*" && (collection !== "users" || rule.effect === "deny"))),
  );
}

export function cellOf(rules: readonly Rule[]): Cell {
  const allows = rules.filter(({ effect }) => effect === "allow");
  const denies = rules.filter(({ effect }) => effect === "deny");
  const isForbidden = denies.some(({ condition, fields }) => isAlways(condition) && fields === null);
  const isOpen = allows.some((rule) => isAlways(decidingCondition(rule)));
  const state = allows.length === 0 || isForbidden ? "closed" : isOpen ? "open" : "some";
  return {
    state,
    rules,
    isPartial: state !== "closed" && !allows.some(({ fields }) => fields === null),
    denies: denies.length > 0,
  };
}

/** A new rule of a cell. */
export function emptyRule(role: string, collection: string, action: Action): RuleDraft {
  return { role, collection, action, effect: "allow", condition: null, fields: null, presets: null, check: null };
}

/** The parts that `PATCH` takes. */
export function changeable({ effect, condition, fields, presets, check }: RuleDraft): object {
  return { effect, condition, fields, presets, check };
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

/** A typed preset: numbers that a double holds as they are written, booleans and null as such; everything else is a text. */
export function presetOf(text: string, isText: boolean): Json {
  if (isText) return text;
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  const value = Number(text);
  return text !== "" && Number.isFinite(value) && String(value) === text ? value : text;
}
