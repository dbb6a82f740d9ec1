import type { FieldValue, Find, Operand } from "@plinth/core";
import type { ListQuery } from "../../read/list-query.ts";

/** One tree for all parts of the same form, so that its statement is made once. */
const parts = new WeakMap<Find, Map<string, Find>>();

/**
 * A part of a list: its first rows, or those after the one with these sort values. It is the server that asks, so there
 * may be more of them than a request may want.
 */
export function windowPart(
  { tree, values }: Pick<ListQuery, "tree" | "values">,
  count: number,
  after?: readonly FieldValue[],
): { tree: Find; values: readonly FieldValue[] } {
  // A null is told apart by the statement itself; every other value has a slot behind the list's own.
  const form = after?.map((value) => (value === null ? "n" : "v")).join("") ?? "first";
  const known = parts.get(tree) ?? new Map<string, Find>();
  parts.set(tree, known);
  let part = known.get(form);
  if (!part) {
    let slot = values.length;
    const limit: Operand = { slot: slot++ };
    const from = after?.map((value) => (value === null ? null : { slot: slot++ }));
    part = { ...tree, limit, withSortValues: true, ...(from && { after: from }) };
    known.set(form, part);
  }
  return { tree: part, values: [...values, count, ...(after ?? []).filter((value) => value !== null)] };
}
