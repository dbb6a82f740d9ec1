import { type Change, FULL_ACCESS, invalid, isUuid, type LogPosition, PlinthError, type Row } from "@plinth/core";
import { comparePositions, isPosition } from "@plinth/db";
import { bind } from "../kernel/bindings.ts";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasId } from "../read/conditions.ts";
import { notFound } from "../read/read.ts";
import { returnTo } from "./inverse.ts";
import type { UndoTarget } from "./request-changes.ts";
import type { UndoStep } from "./undo-slice.ts";

interface ItemVersionInput {
  readonly to: LogPosition;
  /** That the item must have now. */
  readonly version: number | undefined;
}

/** One item, to be brought back to what it was at a position of the log. */
export async function versionOfItem(
  ctx: RequestContext,
  { collection: slug, id }: { readonly collection: string; readonly id: string },
  { to, version }: ItemVersionInput,
): Promise<UndoTarget> {
  const collection = collectionOf(ctx, slug, "item.collection");
  if (!isUuid(id)) throw notFound(slug, id);
  if (!isPosition(to)) throw invalid("to", "expected a position of the item's history");
  const item = id.toLowerCase();
  const target = await stateAt(ctx, { slug, collectionId: collection.id, item }, to);
  return {
    total: 1,
    conflicts: [],
    hasMore: () => false,
    begin: () => ({
      async *slices() {
        const judge: UndoStep["judge"] = (row) => {
          if (version !== undefined && row?.version !== version) throw outrun(row);
          return target ? returnTo(target, collection, item, row) : "done";
        };
        yield [{ collection, item, judge }];
      },
      ahead: async () => [],
    }),
  };
}

/** Undefined: the item is as it was then. */
async function stateAt(
  ctx: RequestContext,
  { slug, collectionId, item }: { slug: string; collectionId: string; item: string },
  to: LogPosition,
): Promise<Row | undefined> {
  const { workspaceId } = ctx.catalog;
  const collection = ctx.catalog.collections.get(slug)!;
  const { log, store } = ctx.source(collection);
  const logged = { workspaceId, collectionId, item };
  const exact = (await log.at(workspaceId, [to])).changes[0];
  const change =
    exact?.item === item && exact.collectionId === collectionId
      ? exact
      : (await log.ofItem(logged, { limit: 1, before: to })).changes[0];
  if (change) return existing(change.after as Row | null);
  const start = await log.start();
  if (comparePositions(to, start) < 0) {
    const message = "The change log begins after this position, so the item's state there is not known any more.";
    throw new PlinthError("GONE", message, { field: "to", log_start: start });
  }
  const later = await firstAfter(log, logged, to);
  if (later) return existing(later.before as Row | null);
  const where = hasId(collection, item);
  const isThere = (await store.count({ collection, policy: FULL_ACCESS, where }, bind(ctx, []))) > 0;
  return isThere ? undefined : existing(null);
}

/** The oldest of the item's changes after a position. */
async function firstAfter(
  log: ReturnType<RequestContext["source"]>["log"],
  item: { workspaceId: string; collectionId: string; item: string },
  after: LogPosition,
): Promise<Change | undefined> {
  let oldest: Change | undefined;
  for (let cursor: LogPosition | undefined; ; ) {
    const { changes, more } = await log.ofItem(item, { limit: 100, after, before: cursor });
    oldest = changes.at(-1) ?? oldest;
    if (!more || changes.length === 0) return oldest;
    cursor = oldest!.position;
  }
}

function existing(row: Row | null): Row {
  if (row) return row;
  throw invalid("to", "the item did not exist then; take the position of a change after which it did");
}

function outrun(row: Row | null): PlinthError {
  if (row === null) return new PlinthError("PRECONDITION_FAILED", "The item has been deleted since you read it.");
  return new PlinthError("PRECONDITION_FAILED", undefined, { version: row.version ?? null });
}
