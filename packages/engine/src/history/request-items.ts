import { PlinthError } from "@plinth/core";
import { logReader } from "../changelog/reader.ts";
import type { CursorPage, PageQuery } from "../identity/paging.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { encodeCursor } from "../read/cursor.ts";
import { actorNames } from "./actor-names.ts";
import { describeChange, type ItemVersion } from "./item-history.ts";
import { positionIn } from "./position-cursor.ts";

const CURSOR_SORT = "-change";

/** A change that a request has made. */
export interface RequestChange extends ItemVersion {
  collection: string;
  item: string;
}

/** The changes of one request, newest first, for administrators. Those of collections that were deleted since are left out. */
export async function listRequestChanges(
  ctx: RequestContext,
  requestId: string,
  { limit, cursor }: PageQuery,
): Promise<CursorPage<RequestChange>> {
  const { workspaceId, collections } = ctx.catalog;
  const log = logReader(ctx.engine, ctx.driver);
  const before = positionIn(cursor, CURSOR_SORT);
  const heads = await log.ofRequests(workspaceId, [requestId], { limit: limit + 1, before });
  if (heads.length === 0 && before === undefined) {
    throw new PlinthError("NOT_FOUND", "The change log has no change of this request.");
  }
  // Large items make short pages.
  const positions = heads.slice(0, limit).map(({ position }) => position);
  const { changes, taken } = positions.length > 0 ? await log.at(workspaceId, positions) : { changes: [], taken: 0 };
  const names = await actorNames(
    ctx,
    changes.map(({ actor }) => actor),
  );
  const slugs = new Map([...collections.values()].map(({ id, slug }) => [id, slug]));
  const last = heads.length > taken ? heads[taken - 1] : undefined;
  return {
    data: changes.flatMap((change) => {
      const collection = slugs.get(change.collectionId);
      return collection === undefined ? [] : [{ collection, item: change.item, ...describeChange(change, names) }];
    }),
    has_more: last !== undefined,
    next_cursor: last === undefined ? null : encodeCursor(CURSOR_SORT, [last.position]),
  };
}
