import { invalid } from "../errors.ts";
import type { Field } from "../fields/field.ts";
import { isVirtual } from "../fields/index.ts";

/** The used part of a relation path's limits. */
export interface PathBudget {
  readonly hops: number;
  readonly lists: number;
  /** The list that the path just passed, and the field by which its items refer back. */
  readonly back?: { readonly list: string; readonly field: string };
}

export const START: PathBudget = { hops: 0, lists: 0 };

export const MAX_HOPS = 6;
/** Each list multiplies the results of the one before: a cycle through few items would never end. */
export const MAX_LISTS = 3;

/** One relation further. Throws where the path would be too long, or turn back. */
export function advance(budget: PathBudget, field: Field, path: string, stored = false): PathBudget {
  const hops = budget.hops + 1;
  const many = isVirtual(field);
  const lists = budget.lists + (many ? 1 : 0);
  if (hops > MAX_HOPS) throw invalid(path, `a path may go through at most ${MAX_HOPS} relations`, "LIMIT_EXCEEDED");
  const back = many && !field.through ? { list: field.name, field: field.via! } : undefined;
  if (!stored && lists > MAX_LISTS) {
    const message = `a path may go through at most ${MAX_LISTS} lists, and ${field.name} is number ${lists}`;
    throw invalid(path, message, "LIMIT_EXCEEDED");
  }
  if (!stored && budget.back?.field === field.name) {
    const turn = `${budget.back.list}.${field.name}`;
    throw invalid(path, `${turn} leads back to the item that the path came from; leave it out`);
  }
  return { hops, lists, ...(back && { back }) };
}
