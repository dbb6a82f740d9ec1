import type { Action, Json, JsonObject, Rule } from "@plinth/core";
import { countingParts, isAlways } from "../../data/rule-condition.ts";

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
  /** A role that everybody with this one has too, and that lets them at more. */
  readonly wider?: WiderAccess;
}

export interface WiderAccess {
  readonly role: "public" | "authenticated";
  readonly state: "open" | "some";
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
  const isOpen = allows.some((rule) => isAlways(countingParts(rule).items));
  const state = allows.length === 0 || isForbidden ? "closed" : isOpen ? "open" : "some";
  return {
    state,
    rules,
    isPartial: state !== "closed" && !allows.some(({ fields }) => fields === null),
    denies: denies.length > 0,
  };
}

const OPENNESS = { closed: 0, some: 1, open: 2 } as const;

/** The cell of a role, with what `public` and `authenticated` open for it beyond its own rules. */
export function cellFor(rules: readonly Rule[], role: string, collection: string, action: Action): Cell {
  const of = (one: string) => cellOf(rulesFor(rules, one, collection, action));
  const cell = of(role);
  // Nothing opens what a rule denies for every item, and administrators need no rule.
  const isForbidden = cell.rules.some((rule) => rule.effect === "deny" && isAlways(rule.condition) && !rule.fields);
  if (role === "public" || role === "admin" || isForbidden) return cell;
  const widerRoles = role === "authenticated" ? (["public"] as const) : (["public", "authenticated"] as const);
  let wider: WiderAccess | undefined;
  for (const one of widerRoles) {
    const { state } = of(one);
    if (state !== "closed" && OPENNESS[state] > OPENNESS[wider?.state ?? cell.state]) wider = { role: one, state };
  }
  return wider ? { ...cell, wider } : cell;
}

/** A new rule of a cell. */
export function emptyRule(role: string, collection: string, action: Action): RuleDraft {
  return { role, collection, action, effect: "allow", condition: null, fields: null, presets: null, check: null };
}

/** A rule as it is edited and stored: what counts, where the action reads it. A check that stands for the condition becomes it. */
export function onlyCounting(rule: RuleDraft): RuleDraft {
  const { items, after } = countingParts(rule);
  return { ...rule, condition: items as JsonObject | null, check: after as JsonObject | null };
}

/** The parts that `PATCH` takes. */
export function changeable({ effect, condition, fields, presets, check }: RuleDraft): object {
  return { effect, condition, fields, presets, check };
}

/** A typed preset: numbers that a double holds as they are written, booleans and null as such; everything else is a text. */
export function presetOf(text: string, isText: boolean): Json {
  if (isText) return text;
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  const value = Number(text);
  return text !== "" && Number.isFinite(value) && String(value) === text ? value : text;
}
