import type { Change, Json } from "@plinth/core";
import { rightsKey } from "../kernel/catalog.ts";
import type { Scope } from "../kernel/engine.ts";
import { requirePlace } from "../kernel/place.ts";
import type { Outlet } from "./chunk.ts";
import type { FeedPage } from "./feed.ts";
import type { Grant } from "./grant.ts";
import { type Group, groupOf, type Judge, join } from "./group.ts";
import { judgeReaching, judgeRows, type LookAhead } from "./judge.ts";
import { type Lens, lensOf } from "./lens.ts";
import type { Room } from "./room.ts";
import { sealOf } from "./seal.ts";

/** The item channel: one collection's changes as each subscriber sees them. */

export interface ItemsRequest {
  readonly slug: string;
  readonly filter?: Json | undefined;
  /** Resume after this place. */
  readonly after?: string | undefined;
}

/** Throws what a read would throw. Refuses nothing later: then the outlet is told and ended. */
export function checkItems(scope: Scope, request: ItemsRequest): void {
  requirePlace(request.after);
  lensOf(scope, request.slug, request.filter);
}

export function subscribeItems(
  room: Room,
  scope: Scope,
  grant: Grant,
  request: ItemsRequest,
  outlet: Outlet,
): Promise<void> {
  const { slug, filter, after } = request;
  return join(room, { scope, grant, outlet, after, group: (now) => groupFor(room, now, slug, filter) });
}

function groupFor(room: Room, scope: Scope, slug: string, filter: Json | undefined): Group {
  const lens = lensOf(scope, slug, filter);
  const { principal } = scope;
  const who = lens.personal ? `${principal.id}|${principal.email}` : "";
  const key = JSON.stringify([
    "items",
    rightsKey(principal),
    who,
    lens.fingerprint,
    lens.collection.id,
    filter ?? null,
  ]);
  return groupOf(room, room.feed, key, () => itemsJudge(room, scope, lens));
}

const NOTHING: readonly Change[] = [];

/** Changes beyond a page that are looked at; where there are more, its subscribers read anew. */
const MAX_AHEAD = 500;

function itemsJudge(room: Room, scope: Scope, lens: Lens): Judge {
  const { id } = lens.collection;
  const own = (page: Pick<FeedPage, "byCollection">): readonly Change[] => page.byCollection.get(id) ?? NOTHING;
  const seal = sealOf(room, lens.fingerprint);
  if (lens.reached.size === 0) return { seal, pick: own, judge: (changes) => judgeRows(scope, lens, changes) };
  const collectionIds = [...new Set([id, ...lens.reached])];
  const matters = ({ collectionId }: Change): boolean => collectionIds.includes(collectionId);
  const lookAhead: LookAhead = async (after) => {
    const { reader } = room.options;
    const ahead: Change[] = [];
    let next = after;
    for (let more = true; more; ) {
      const page = await reader.read(room.workspaceId, next, { limit: MAX_AHEAD, collectionIds });
      ahead.push(...page.changes.filter(matters));
      if (ahead.length > MAX_AHEAD) return { changes: null, next: await reader.head(room.workspaceId) };
      ({ next, more } = page);
    }
    return { changes: ahead, next };
  };
  return {
    seal,
    pick: ({ changes }) => changes.filter(matters),
    judge: (changes, next) => judgeReaching(scope, lens, changes, next, lookAhead),
  };
}
