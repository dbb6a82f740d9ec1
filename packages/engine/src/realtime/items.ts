import { type Change, type Json, type Place, PlinthError } from "@plinth/core";
import { rightsKey } from "../catalog.ts";
import type { Scope } from "../engine.ts";
import { Chunk, frameOf, framesOf, type Outlet } from "./chunk.ts";
import type { FeedListener, FeedPage } from "./feed.ts";
import type { Grant } from "./grant.ts";
import { type ItemEvent, judge } from "./judge.ts";
import { type Lens, lensOf } from "./lens.ts";
import type { Room, Subscriber } from "./room.ts";

/** The item channel: one collection's changes as each subscriber sees them. */

const NOTHING: readonly Change[] = [];

interface Member extends Subscriber {
  /** False while it is given what it missed. */
  live: boolean;
  /** Had already by resuming; undefined once that lies behind. */
  after: Place | undefined;
}

/** All who see the same, computed and written out once. */
class ItemGroup implements FeedListener {
  readonly members = new Set<Member>();
  /** What comes after this place is still to be sent. */
  served: Place;

  constructor(
    private readonly room: Room,
    readonly scope: Scope,
    readonly lens: Lens,
  ) {
    this.served = room.feed.given;
  }

  take(page: FeedPage): void | Promise<void> {
    const { lens } = this;
    const reaching = lens.reached.size > 0;
    const changes = reaching ? page.changes : (page.byCollection.get(lens.collection.id) ?? NOTHING);
    const events = changes.length > 0 ? judge(this.scope, lens, changes, page.trail) : [];
    if (events instanceof Promise) return events.then((known) => this.#deliver(known, page.next));
    this.#deliver(events, page.next);
  }

  #deliver(events: readonly ItemEvent[], next: Place): void {
    this.served = next;
    if (events.length === 0) return;
    const frames = framesOf(events);
    const whole = new Chunk(frames);
    for (const member of this.members) {
      if (!member.live) continue;
      if (member.after === undefined) this.#send(member, whole);
      else this.#sendAfter(member, member.after, events, frames);
    }
  }

  #sendAfter(member: Member, after: Place, events: readonly ItemEvent[], frames: Chunk["frames"]): void {
    const { comparePlaces } = this.room.options;
    const rest = frames.filter((_, i) => comparePlaces(events[i]!.place, after) > 0);
    if (comparePlaces(this.served, after) >= 0) member.after = undefined;
    if (rest.length > 0) this.#send(member, new Chunk(rest));
  }

  #send(member: Member, chunk: Chunk): void {
    if (!member.outlet.send(chunk)) this.room.remove(member);
  }

  reset(place: Place): void {
    this.served = place;
    const chunk = new Chunk([frameOf({ event: "reset", place }, place)]);
    for (const member of this.members) {
      if (!member.live) continue;
      member.after = undefined;
      this.#send(member, chunk);
    }
  }
}

const groups = new WeakMap<Room, Map<string, ItemGroup>>();

function groupFor(room: Room, scope: Scope, slug: string, filter: Json | undefined): ItemGroup {
  const known = groups.get(room) ?? new Map<string, ItemGroup>();
  groups.set(room, known);
  const lens = lensOf(scope, slug, filter);
  const { principal } = scope;
  const who = lens.personal ? `${principal.id}|${principal.email}` : "";
  const key = JSON.stringify([rightsKey(principal), who, lens.fingerprint, lens.collection.id, filter ?? null]);
  let group = known.get(key);
  if (!group) {
    group = new ItemGroup(room, scope, lens);
    known.set(key, group);
    room.feed.add(group);
  }
  return group;
}

function leave(room: Room, group: ItemGroup, member: Member): void {
  group.members.delete(member);
  if (group.members.size > 0) return;
  room.feed.remove(group);
  for (const [key, other] of groups.get(room) ?? []) if (other === group) groups.get(room)!.delete(key);
}

export interface ItemsRequest {
  readonly slug: string;
  readonly filter?: Json | undefined;
  /** Resume after this place. */
  readonly after?: Place | undefined;
}

/** Throws what a read would throw. Refuses nothing later: then the outlet is told and ended. */
export function checkItems(scope: Scope, request: ItemsRequest): Lens {
  return lensOf(scope, request.slug, request.filter);
}

/** Sends what happened since `after`, then goes on live. Resolves when live, or when the outlet has ended. */
export async function subscribeItems(
  room: Room,
  scope: Scope,
  grant: Grant,
  request: ItemsRequest,
  outlet: Outlet,
): Promise<void> {
  const { comparePlaces } = room.options;
  const { slug, filter } = request;
  let group = groupFor(room, scope, slug, filter);
  const member: Member = {
    outlet,
    grant,
    live: false,
    after: undefined,
    place: () => (member.after === undefined ? group.served : member.after),
    renew(now) {
      const next = groupFor(room, now, slug, filter);
      if (next === group) return;
      leave(room, group, member);
      group = next;
      group.members.add(member);
      // What is in sight has changed as a whole: the log has no event for that.
      member.after = undefined;
      const { served } = group;
      outlet.send(new Chunk([frameOf({ event: "reset", place: served }, served)]));
    },
    leave: () => leave(room, group, member),
  };
  group.members.add(member);
  room.add(member, scope.catalog.revision);
  let place = request.after ?? group.served;
  outlet.send(new Chunk([frameOf({ event: "ready", place }, place)]));
  let trail: readonly Change[] = NOTHING;
  while (!outlet.closed && comparePlaces(group.served, place) > 0) {
    const page = await readPage(room, place);
    if (page === "gone") {
      place = room.feed.given;
      outlet.send(goneChunk(place));
      continue;
    }
    const { lens } = group;
    const events = await judge(room.scopeFor(member.grant.principal, scope.catalog), lens, page.changes, trail);
    trail = page.changes;
    place = page.next;
    if (events.length > 0) outlet.send(new Chunk(framesOf(events)));
    // A slow reader is not fed faster than it reads.
    await outlet.drained?.();
  }
  if (outlet.closed) return room.remove(member);
  member.after = place;
  member.live = true;
}

async function readPage(room: Room, place: Place) {
  try {
    return await room.feed.read(place);
  } catch (error) {
    if (error instanceof PlinthError && error.code === "GONE") return "gone";
    throw error;
  }
}

export function goneChunk(place: Place): Chunk {
  const message = "What happened since then is no longer kept: read anew, and go on from here.";
  return new Chunk([frameOf({ event: "gone", status: 410, code: "GONE", message, place }, place)]);
}
