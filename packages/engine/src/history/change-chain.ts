import { type Change, isEqual, type Row } from "@plinth/core";
import { differences } from "./diff.ts";

/** Of an item with more changes than this, those in between are not compared with what it is now. */
export const MAX_CHAIN = 100;

/** What the changes of one item together mean. */
export interface JudgedChain {
  /** The positions of those that have been taken back already, by an undo that was interrupted or of a part of them. */
  readonly undone: ReadonlySet<string>;
  /** Of an item that was there before and after: the fields that differ. The others have their old values again. */
  readonly only?: ReadonlySet<string>;
  /** Together they have changed nothing, such as those of an item that was made and deleted. */
  readonly isPassing: boolean;
}

/** `chain` is newest first. `row` is the item now. */
export function judgeChain(chain: readonly Change[], row: Row | null): JudgedChain {
  const before = chain.at(-1)!.before as Row | null;
  const after = chain[0]!.after as Row | null;
  const net = fieldsIn(before, after);
  return {
    undone: new Set(chain.slice(0, undoneIn(chain, row)).map(({ position }) => position)),
    ...(before !== null && after !== null && { only: net }),
    isPassing: net.size === 0,
  };
}

/** How many of the newest changes are taken back: none where the item is as the newest has left it. */
function undoneIn(chain: readonly Change[], row: Row | null): number {
  const [newest] = chain as [Change];
  if (isAs(newest.after, row, fieldsIn(newest.before, newest.after))) return 0;
  const touched = new Set<string>();
  for (const [i, { before, after }] of chain.entries()) {
    for (const field of fieldsIn(before, after)) touched.add(field);
    if (isAs(before, row, touched)) return i + 1;
  }
  return 0;
}

function isAs(state: Change["before"], row: Row | null, fields: ReadonlySet<string>): boolean {
  if (state === null || row === null) return state === row;
  return [...fields].every((field) => isEqual(state[field] ?? null, row[field] ?? null));
}

function fieldsIn(before: Change["before"], after: Change["after"]): Set<string> {
  return new Set(differences(before, after).map(({ field }) => field));
}
