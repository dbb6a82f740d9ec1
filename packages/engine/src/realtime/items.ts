import type { Change, Json, Place } from "@plinth/core";
import { rightsKey } from "../catalog.ts";
import type { Scope } from "../engine.ts";
import type { Outlet } from "./chunk.ts";
import type { Grant } from "./grant.ts";
import { type Group, groupOf, type Judge, join } from "./group.ts";
import { judge } from "./judge.ts";
import { type Lens, lensOf } from "./lens.ts";
import { requirePlace } from "./place.ts";
import type { Room } from "./room.ts";

/** The item channel: one collection's changes as each subscriber sees them. */

export interface ItemsRequest {
  readonly slug: string;
  readonly filter?: Json | undefined;
  /** Resume after this place. */
  readonly after?: Place | undefined;
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
  return groupOf(room, room.feed, key, () => itemsJudge(scope, lens));
}

const NOTHING: readonly Change[] = [];

function itemsJudge(scope: Scope, lens: Lens): Judge {
  const { id } = lens.collection;
  return {
    pick: (page) => (lens.reached.size > 0 ? page.changes : (page.byCollection.get(id) ?? NOTHING)),
    judge: (changes, trail) => judge(scope, lens, changes, trail),
  };
}
