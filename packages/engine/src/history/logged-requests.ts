import type { LoggedRequest } from "@plinth/core";
import type * as z from "zod";
import { logReader } from "../changelog/reader.ts";
import type { CursorPage, PageQuery } from "../identity/paging.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { encodeCursor } from "../read/cursor.ts";
import { actorNames } from "./actor-names.ts";
import { positionIn } from "./position-cursor.ts";
import { changeFilterOf, type changingRequestsSchema } from "./request-filter.ts";

const CURSOR_SORT = "-request";

/** A request that has changed items. */
export interface ChangingRequest {
  request_id: string;
  actor: string | null;
  actor_name: string | null;
  /** The times of its first and its last change. */
  from: string;
  to: string;
  /** Changes by collection; null: it has been deleted. */
  changes: { collection: string | null; inserted: number; updated: number; deleted: number }[];
}

/** The requests that have changed items, those with the newest changes first, for administrators. */
export async function listChangingRequests(
  ctx: RequestContext,
  { limit, cursor, ...filter }: z.output<typeof changingRequestsSchema> & PageQuery,
): Promise<CursorPage<ChangingRequest>> {
  const log = logReader(ctx.engine, ctx.driver);
  const before = positionIn(cursor, CURSOR_SORT);
  const { requests, next } = await log.requests(ctx.catalog.workspaceId, {
    limit,
    before,
    filter: await changeFilterOf(ctx, filter),
  });
  const names = await actorNames(
    ctx,
    requests.map(({ actor }) => actor),
  );
  const slugs = new Map([...ctx.catalog.collections.values()].map(({ id, slug }) => [id, slug]));
  return {
    data: requests.map((request) => describeRequest(request, names, slugs)),
    has_more: next !== undefined,
    next_cursor: next === undefined ? null : encodeCursor(CURSOR_SORT, [next]),
  };
}

function describeRequest(
  { requestId, actor, from, to, counts }: LoggedRequest,
  names: ReadonlyMap<string, string>,
  slugs: ReadonlyMap<string, string>,
): ChangingRequest {
  const byCollection = Map.groupBy(counts, ({ collectionId }) => slugs.get(collectionId) ?? null);
  return {
    request_id: requestId,
    actor,
    actor_name: (actor !== null && names.get(actor)) || null,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    changes: [...byCollection].map(([collection, some]) => {
      const of = (operation: string): number =>
        some.filter((one) => one.operation === operation).reduce((sum, { count }) => sum + count, 0);
      return { collection, inserted: of("insert"), updated: of("update"), deleted: of("delete") };
    }),
  };
}
