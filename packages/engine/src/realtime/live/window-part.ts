import type { FieldValue, Find, Operand } from "@plinth/core";
import type { ListQuery } from "../../read/list-query.ts";

/** Parts of the same form share one tree, so that its statement is compiled once. */
const parts = new WeakMap<Find, Map<string, Find>>();

/**
 * A part of a list: its first rows, or those after the row with these sort values. The server asks for it, so the limit
 * for requests does not apply.
 */
export function windowPart(
  { tree, values }: Pick<ListQuery, "tree" | "values">,
  count: number,
  after?: readonly FieldValue[],
): { tree: Find; values: readonly FieldValue[] } {
  // The statement itself tests for null; every other value is a parameter after the list's own.
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
