import type { Change, ChangeHead, Collection, DataSource } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { type JudgedChain, judgeChain, MAX_CHAIN } from "./change-chain.ts";
import { inverseOf } from "./inverse.ts";
import type { UndoPass } from "./request-changes.ts";
import { itemKey } from "./undo-plan.ts";
import type { UndoStep } from "./undo-slice.ts";

/** So large a batch keeps other writers waiting for a moment. */
const MAX_SLICE = 5000;

interface Known {
  readonly byId: ReadonlyMap<string, Collection>;
  /** Changes by item. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Reads the changes of one database, and makes steps of them that take them back. */
export function stepReader(
  { catalog: { workspaceId } }: RequestContext,
  { log, store }: DataSource,
  heads: readonly ChangeHead[],
  { byId, counts }: Known,
): UndoPass {
  // Half of the statements of a batch, as a change may need two.
  const size = Math.min(MAX_SLICE, Math.floor((store.capabilities.maxInsertRows - 20) / 2));
  const several = severalPositions(heads, counts);
  const newest = new Map(heads.toReversed().map((head) => [itemKey({ id: head.collectionId }, head.item), head]));
  const chains = new Map<string, JudgedChain>();
  const doneAhead = new Set<string>();
  const passed = new Set<string>();

  /** The steps of the first of these changes, and how many those are. */
  async function stepsAt(
    positions: readonly string[],
    isAhead: boolean,
  ): Promise<{ steps: UndoStep[]; taken: number }> {
    const { changes, taken } = await log.at(workspaceId, positions);
    const read = new Map(changes.map((change) => [change.position, change]));
    // The whole chain is known when its newest change is judged.
    const chained = changes.flatMap((change) => {
      const chain = several.get(keyOfChange(change));
      return chain?.[0] === change.position ? chain : [];
    });
    for (let rest = chained.filter((position) => !read.has(position)); rest.length > 0; ) {
      const page = await log.at(workspaceId, rest);
      for (const change of page.changes) read.set(change.position, change);
      rest = rest.slice(page.taken);
    }
    const chainOf = (change: Change) => several.get(keyOfChange(change))?.flatMap((at) => read.get(at) ?? []);
    return { steps: changes.flatMap((change) => stepOf(change, chainOf(change), isAhead) ?? []), taken };
  }

  function stepOf(change: Change, chain: readonly Change[] | undefined, isAhead: boolean): UndoStep | undefined {
    const collection = byId.get(change.collectionId);
    if (!collection) return undefined;
    const { item, position } = change;
    const key = keyOfChange(change);
    return {
      collection,
      item,
      isPassing: () => chains.get(key)?.isPassing === true,
      judge(row) {
        if (!isAhead && doneAhead.has(position)) return "done";
        if (!chain) return inverseOf(change, collection, row);
        let judged = chains.get(key);
        if (!judged) {
          judged = judgeChain(chain, row);
          chains.set(key, judged);
        }
        return judged.undone.has(position) ? "done" : inverseOf(change, collection, row, judged.only);
      },
    };
  }

  return {
    async *slices() {
      for (let from = 0; from < heads.length; ) {
        const positions = heads.slice(from, from + size).map(({ position }) => position);
        const { steps, taken } = await stepsAt(positions, false);
        from += taken;
        for (const position of positions.slice(0, taken)) passed.add(position);
        yield steps;
      }
    },
    async ahead(keys) {
      const restoring = keys.flatMap((key) => {
        const head = newest.get(key);
        const isLater = head?.operation === "delete" && !passed.has(head.position) && !doneAhead.has(head.position);
        return isLater ? [head.position] : [];
      });
      const all: UndoStep[] = [];
      for (let rest = restoring; rest.length > 0; ) {
        const { steps, taken } = await stepsAt(rest, true);
        for (const position of rest.slice(0, taken)) doneAhead.add(position);
        all.push(...steps);
        rest = rest.slice(taken);
      }
      return all;
    },
  };
}

/** The changes that decide about an item with several, newest first. */
function severalPositions(heads: readonly ChangeHead[], counts: ReadonlyMap<string, number>): Map<string, string[]> {
  const several = new Map<string, string[]>();
  for (const { collectionId, item, position } of heads) {
    const key = itemKey({ id: collectionId }, item);
    if ((counts.get(key) ?? 0) < 2) continue;
    const known = several.get(key);
    if (!known) several.set(key, [position]);
    else if (known.length < MAX_CHAIN) known.push(position);
    else known[MAX_CHAIN - 1] = position;
  }
  return several;
}

const keyOfChange = ({ collectionId, item }: Change): string => itemKey({ id: collectionId }, item);
