import { type ChangeHead, type DataSource, PlinthError } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { allSources, builtInSource } from "../kernel/sources.ts";
import { stepReader } from "./step-reader.ts";
import { itemKey, type UndoConflict } from "./undo-plan.ts";
import type { UndoStep } from "./undo-slice.ts";
import { requireWholeInLog } from "./whole-in-log.ts";

/** The most changes that one undo takes back. */
export const MAX_CHANGES = 200_000;
const PAGE = 10_000;

/** The changes to take back, newest first, in slices that can be written in one transaction each. */
export interface UndoTarget {
  readonly total: number;
  /** Changes that cannot be taken back, whatever the items look like. */
  readonly conflicts: readonly UndoConflict[];
  /** Whether there are more steps of the item. */
  hasMore(key: string): boolean;
  /** Begins with the first slice. */
  begin(): UndoPass;
}

export interface UndoPass {
  slices(): AsyncGenerator<UndoStep[], void>;
  /** The first steps of these items, where a later slice has them and they bring the items back. It is done earlier then. */
  ahead(keys: readonly string[]): Promise<UndoStep[]>;
}

interface FoundChanges {
  readonly source: DataSource;
  readonly heads: ChangeHead[];
}

/** The changes that these requests have made. */
export async function changesOfRequests(ctx: RequestContext, requestIds: readonly string[]): Promise<UndoTarget> {
  const { catalog } = ctx;
  const byId = new Map([...catalog.collections.values()].map((collection) => [collection.id, collection]));
  const all: FoundChanges[] = [];
  let total = 0;
  let found = 0;
  for (const source of allSources(ctx.engine, ctx.driver)) {
    const heads = await headsIn(source, catalog.workspaceId, requestIds, MAX_CHANGES - total);
    found += heads.length;
    // The contents of files follow what files refer to.
    const own = heads.filter(({ collectionId }) => byId.get(collectionId)?.system !== "file_contents");
    total += own.length;
    if (own.length > 0) all.push({ source, heads: own });
  }
  await requireWholeInLog(ctx, builtInSource(ctx.engine, ctx.driver).log, requestIds, found);
  const lost = all.flatMap(({ heads }) => heads.filter(({ collectionId }) => !byId.has(collectionId)));
  const counts = countsOf(all);
  return {
    total,
    conflicts: lost.map(({ item }) => ({ collection: null, item, reason: "collection_deleted", fields: [] })),
    hasMore: (key) => (counts.get(key) ?? 0) > 1,
    begin() {
      const readers = all.map(({ source, heads }) => stepReader(ctx, source, heads, { byId, counts }));
      return {
        async *slices() {
          for (const reader of readers) yield* reader.slices();
        },
        ahead: async (keys) => (await Promise.all(readers.map((reader) => reader.ahead(keys)))).flat(),
      };
    },
  };
}

async function headsIn(source: DataSource, workspaceId: string, requestIds: readonly string[], room: number) {
  const heads: ChangeHead[] = [];
  for (let before: string | undefined; ; before = heads.at(-1)!.position) {
    const page = await source.log.ofRequests(workspaceId, requestIds, { limit: PAGE, before });
    heads.push(...page);
    if (heads.length > room) {
      const message = `These requests have made more than ${MAX_CHANGES} changes, which is the most that can be undone at once.`;
      throw new PlinthError("LIMIT_EXCEEDED", message, { field: "request_id", limit: MAX_CHANGES });
    }
    if (page.length < PAGE) return heads;
  }
}

function countsOf(all: readonly FoundChanges[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { collectionId, item } of all.flatMap(({ heads }) => heads)) {
    const key = itemKey({ id: collectionId }, item);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
