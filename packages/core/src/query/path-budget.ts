import { invalid } from "../errors.ts";
import { isVirtual } from "../fields/index.ts";
import type { Field } from "../schema.ts";

/** What a path through relations has used up of what it may. */
export interface PathBudget {
  readonly hops: number;
  readonly lists: number;
  /** The list that was just passed, where each of its items points back by this field. */
  readonly back?: { readonly list: string; readonly field: string };
}

export const START: PathBudget = { hops: 0, lists: 0 };

export const MAX_HOPS = 6;
/** Each list multiplies what the one before it found: a circle through few items would never come to an end. */
export const MAX_LISTS = 3;

/** One relation further. Throws where the path would be too long, or turn round. */
export function advance(budget: PathBudget, field: Field, path: string, stored = false): PathBudget {
  const at = path.slice(0, 200);
  const hops = budget.hops + 1;
  const many = isVirtual(field);
  const lists = budget.lists + (many ? 1 : 0);
  if (hops > MAX_HOPS) throw invalid(at, `a path may go through at most ${MAX_HOPS} relations`, "LIMIT_EXCEEDED");
  const back = many && !field.through ? { list: field.name, field: field.via! } : undefined;
  if (!stored && lists > MAX_LISTS) {
    const message = `a path may go through at most ${MAX_LISTS} lists, and ${field.name} is number ${lists}`;
    throw invalid(at, message, "LIMIT_EXCEEDED");
  }
  if (!stored && budget.back?.field === field.name) {
    const turn = `${budget.back.list}.${field.name}`;
    throw invalid(at, `${turn} leads back to the item that the path came from; leave it out`);
  }
  return { hops, lists, ...(back && { back }) };
}
