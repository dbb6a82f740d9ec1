import { isObject, type Json, PlinthError, type Rule } from "@plinth/core";

/** Throws where one of the rules says the same as another, stored or in the same request: it would change nothing. */
export function requireNewRule(stored: readonly Rule[], rules: readonly Rule[]): void {
  const known = new Map(stored.map((rule) => [textOf(rule), rule]));
  for (const rule of rules) {
    const text = textOf(rule);
    const same = known.get(text);
    if (same && same.id !== rule.id) {
      const { role, collection, action, effect, id } = same;
      const what = `for ${role}: ${effect} ${action} of ${collection}`;
      if (!stored.includes(same)) throw new PlinthError("CONFLICT", `The request has the same rule twice, ${what}.`);
      throw new PlinthError("CONFLICT", `The rule ${id} states this already, ${what}.`, { rule: id });
    }
    known.set(text, rule);
  }
}

/** Equal for rules that say the same: the order of keys and of fields does not count. */
function textOf({ id: _, fields, ...rule }: Rule): string {
  return JSON.stringify(sorted({ ...rule, fields: fields && [...new Set(fields)].sort() } as unknown as Json));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}
