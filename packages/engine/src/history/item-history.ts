import { type Change, FULL_ACCESS, isUuid, type LogPosition } from "@plinth/core";
import type { CursorPage, PageQuery } from "../identity/paging.ts";
import { bind } from "../kernel/bindings.ts";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasId } from "../read/conditions.ts";
import { encodeCursor } from "../read/cursor.ts";
import { notFound } from "../read/read.ts";
import { actorNames } from "./actor-names.ts";
import { differences, type FieldDifference } from "./diff.ts";
import { positionIn } from "./position-cursor.ts";

const CURSOR_SORT = "-position";

/** A change of an item, as people read it. */
export interface ItemVersion {
  position: LogPosition;
  at: string;
  operation: Change["operation"];
  /** The item's version after the change; before it where the item was deleted. */
  version: number | null;
  actor: string | null;
  /** Null: unknown, or the caller may not list users or keys. */
  actor_name: string | null;
  request_id: string | null;
  changes: readonly FieldDifference[];
}

export interface ItemHistory extends CursorPage<ItemVersion> {
  /** Changes up to here have been deleted. */
  log_start: LogPosition;
  /** The last entry is the item's creation: nothing older is missing. */
  complete: boolean;
}

/** The versions of one item that the change log still has, newest first, for administrators. */
export async function itemHistory(
  ctx: RequestContext,
  slug: string,
  id: string,
  { limit, cursor }: PageQuery,
): Promise<ItemHistory> {
  const collection = collectionOf(ctx, slug);
  if (!isUuid(id)) throw notFound(slug, id);
  const { log, store } = ctx.source(collection);
  const item = id.toLowerCase();
  const { workspaceId } = ctx.principal;
  const { changes, more } = await log.ofItem(
    { workspaceId, collectionId: collection.id, item },
    { limit, before: positionIn(cursor, CURSOR_SORT) },
  );
  if (changes.length === 0 && !cursor) {
    const where = hasId(collection, item);
    if ((await store.count({ collection, policy: FULL_ACCESS, where }, bind(ctx, []))) === 0) throw notFound(slug, id);
  }
  const names = await actorNames(
    ctx,
    changes.map(({ actor }) => actor),
  );
  const last = changes.at(-1);
  return {
    data: changes.map((change) => describeChange(change, names)),
    has_more: more,
    next_cursor: more && last ? encodeCursor(CURSOR_SORT, [last.position]) : null,
    log_start: await log.start(),
    complete: last?.operation === "insert" && !more,
  };
}

export function describeChange(
  { position, at, operation, before, after, actor, requestId }: Change,
  names: ReadonlyMap<string, string>,
): ItemVersion {
  const version = (after ?? before)?.version;
  return {
    position,
    at,
    operation,
    version: typeof version === "number" ? version : null,
    actor,
    actor_name: (actor !== null && names.get(actor)) || null,
    request_id: requestId,
    changes: differences(before, after),
  };
}
