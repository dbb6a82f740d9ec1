import {
  type Action,
  ALWAYS,
  and,
  type Collection,
  type Condition,
  FULL_ACCESS,
  isAlways,
  isInScope,
  not,
  or,
  PlinthError,
  type Principal,
  type ReadPolicy,
  ROLE_ADMIN,
  type Rule,
} from "@plinth/core";
import { type Catalog, memoize, roleKey } from "../kernel/catalog.ts";
import { parseCommonCondition, parseRuleCondition } from "./parse-rule.ts";

/** A rule with its conditions as trees. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly condition: Condition;
  /** The condition that the resulting row must satisfy. */
  readonly check: Condition;
}

interface RulesFor {
  readonly allow: readonly CompiledRule[];
  readonly deny: readonly CompiledRule[];
}

const NO_RULES: RulesFor = { allow: [], deny: [] };

/** The rules for a principal's action, in the order of their creation. */
export function rulesFor(
  catalog: Catalog,
  principal: Pick<Principal, "roles" | "scope">,
  collection: Collection,
  action: Action,
): RulesFor {
  const { roles, scope } = principal;
  if (!isInScope(principal, collection.slug, action)) return NO_RULES;
  // No rule binds the role `admin`. A scoped key that has it is bound by its scope alone.
  if (scope && roles.includes(ROLE_ADMIN)) return { allow: [everything(collection.slug, action)], deny: [] };
  const bearing = catalog.rules.filter(
    (rule) =>
      rule.action === action &&
      (rule.collection === collection.slug || (rule.collection === "*" && isForAll(rule, collection))) &&
      roles.includes(rule.role),
  );
  const compiled = bearing.map((rule): CompiledRule => {
    const parse = rule.collection === "*" ? parseCommonCondition : parseRuleCondition;
    const condition = rule.condition ? parse(catalog, collection, rule.condition, "condition") : ALWAYS;
    const check = rule.check ? parse(catalog, collection, rule.check, "check") : condition;
    return { rule, condition, check };
  });
  return {
    allow: compiled.filter(({ rule }) => rule.effect === "allow"),
    deny: compiled.filter(({ rule }) => rule.effect === "deny"),
  };
}

/** A rule that opens every collection leaves out those that Plinth fills: nobody who wrote one meant the addresses of users. */
function isForAll(rule: Rule, { system }: Collection): boolean {
  return system === undefined || rule.effect === "deny";
}

function everything(collection: string, action: Action): CompiledRule {
  const open = { condition: null, fields: null, presets: null, check: null };
  const rule: Rule = { id: ROLE_ADMIN, role: ROLE_ADMIN, collection, action, effect: "allow", ...open };
  return { rule, condition: ALWAYS, check: ALWAYS };
}

/** What the principal may read of a collection. Null: nothing. */
export function readPolicy(catalog: Catalog, principal: Principal, collection: Collection): ReadPolicy | null {
  if (principal.bypass) return FULL_ACCESS;
  return memoize(catalog, `read|${roleKey(principal)}|${collection.slug}`, () => {
    const { allow, deny } = rulesFor(catalog, principal, collection, "read");
    const denied = or(...deny.filter(({ rule }) => !rule.fields).map((d) => d.condition));
    if (allow.length === 0 || isAlways(denied)) return null;
    const where = and(or(...allow.map((a) => a.condition)), not(denied));
    return { where, fields: visibleFields(collection, allow, deny) };
  });
}

/** The same, but throws if access is denied. */
export function requireReadAccess(catalog: Catalog, principal: Principal, collection: Collection): ReadPolicy {
  const policy = readPolicy(catalog, principal, collection);
  if (!policy) throw refusal(principal, "read", collection.slug);
  return policy;
}

export function refusal(principal: Principal, action: Action, slug: string): PlinthError {
  return principal.kind === "anonymous"
    ? new PlinthError("UNAUTHORIZED", `Sign in or send an API key to ${action} ${slug}.`)
    : new PlinthError("FORBIDDEN", `No rule lets you ${action} ${slug}.`);
}

/**
 * Each rule's field list applies only to the rows that this rule allows, so combined lists never show more than the
 * rules allow.
 */
function visibleFields(
  collection: Collection,
  allow: readonly CompiledRule[],
  deny: readonly CompiledRule[],
): ReadPolicy["fields"] {
  const fieldDenies = deny.filter(({ rule }) => rule.fields);
  if (allow.every(({ rule }) => !rule.fields) && fieldDenies.length === 0) return null;
  const names = new Set<string>(collection.byName.keys());
  for (const { rule } of [...allow, ...deny]) for (const name of rule.fields ?? []) names.add(name);
  if (collection.kind === "document") names.add("*");
  const fields = new Map<string, Condition | null>();
  for (const name of names) {
    const fieldPolicy = name === "id" ? null : compileFieldPolicy(name, allow, fieldDenies);
    if (fieldPolicy !== undefined) fields.set(name, fieldPolicy);
  }
  return fields;
}

function compileFieldPolicy(
  name: string,
  allow: readonly CompiledRule[],
  fieldDenies: readonly CompiledRule[],
): Condition | null | undefined {
  const shows = allow.filter(({ rule }) => !rule.fields || rule.fields.includes(name));
  if (shows.length === 0) return undefined;
  const hides = or(...fieldDenies.filter(({ rule }) => rule.fields!.includes(name)).map((d) => d.condition));
  if (isAlways(hides)) return undefined;
  // A visible row matches at least one rule. If every rule shows the field, no condition is needed.
  const shown = shows.length === allow.length ? ALWAYS : or(...shows.map((s) => s.condition));
  const fieldPolicy = and(shown, not(hides));
  return isAlways(fieldPolicy) ? null : fieldPolicy;
}
