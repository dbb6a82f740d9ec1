import { type Change, type Place, PlinthError } from "@plinth/core";
import type { Scope } from "../engine.ts";
import { hash32 } from "../live/diff.ts";
import { Chunk, chunkOf, frameOf, framesOf, type Outlet, parseMark } from "./chunk.ts";
import type { Feed, FeedListener, FeedPage } from "./feed.ts";
import type { Grant } from "./grant.ts";
import type { Room, Subscriber } from "./room.ts";

/** Anything that is told of in order and can be resumed: events of a feed, the same for all members of a group. */

export interface PlacedEvent {
  readonly event: string;
  readonly place: Place;
}

/** What a group makes of a feed's changes. */
export interface Judge {
  /** What of a page concerns it; nothing else is given to `judge`. */
  pick(page: FeedPage): readonly Change[];
  judge(changes: readonly Change[], trail: readonly Change[]): PlacedEvent[] | Promise<PlacedEvent[]>;
}

interface Member extends Subscriber {
  /** False while it is given what it missed. */
  live: boolean;
  /** Had already by resuming; undefined once that lies behind. */
  after: Place | undefined;
}

/** All who are told the same, computed and written out once. */
export class Group implements FeedListener {
  readonly members = new Set<Member>();
  /** What comes after this place is still to be sent. */
  served: Place;

  constructor(
    private readonly room: Room,
    readonly feed: Feed,
    readonly judge: Judge,
    readonly mark: string,
  ) {
    this.served = feed.given;
  }

  take(page: FeedPage): void | Promise<void> {
    const changes = this.judge.pick(page);
    const events = changes.length > 0 ? this.judge.judge(changes, page.trail) : [];
    if (events instanceof Promise) return events.then((known) => this.#deliver(known, page.next));
    this.#deliver(events, page.next);
  }

  #deliver(events: readonly PlacedEvent[], next: Place): void {
    this.served = next;
    if (events.length === 0) return;
    const whole = chunkOf(events);
    for (const member of this.members) {
      if (!member.live) continue;
      if (member.after === undefined) this.#send(member, whole);
      else this.#sendAfter(member, member.after, events, whole.frames);
    }
  }

  #sendAfter(member: Member, after: Place, events: readonly PlacedEvent[], frames: Chunk["frames"]): void {
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

const groups = new WeakMap<Room, Map<string, Group>>();

/** The group for a key; equal keys must mean equal events. */
export function groupOf(room: Room, feed: Feed, key: string, judge: () => Judge): Group {
  const known = groups.get(room) ?? new Map<string, Group>();
  groups.set(room, known);
  let group = known.get(key);
  if (!group) {
    group = new Group(room, feed, judge(), hash32(key));
    known.set(key, group);
    feed.add(group);
  }
  return group;
}

function leave(room: Room, group: Group, member: Member): void {
  group.members.delete(member);
  if (group.members.size > 0) return;
  group.feed.remove(group);
  for (const [key, other] of groups.get(room) ?? []) if (other === group) groups.get(room)!.delete(key);
}

export interface Joining {
  readonly scope: Scope;
  readonly grant: Grant;
  readonly outlet: Outlet;
  /** Resume after this place. */
  readonly after?: Place | undefined;
  /** The caller's group under these rights; throws where there are none. */
  group(scope: Scope): Group;
}

/** Sends what happened since `after`, then goes on live. Resolves when live, or when the outlet has ended. */
export async function join(room: Room, joining: Joining): Promise<void> {
  const { scope, grant, outlet, group: groupFor } = joining;
  const { resume } = outlet;
  const after = resume?.place ?? joining.after;
  const { comparePlaces } = room.options;
  let group = groupFor(scope);
  let place = after ?? group.served;
  const member: Member = {
    outlet,
    grant,
    live: false,
    after: undefined,
    place: () => (member.live ? (member.after ?? group.served) : place),
    mark: () => group.mark,
    renew(now) {
      const next = groupFor(now);
      if (next === group) return;
      leave(room, group, member);
      group = next;
      group.members.add(member);
      // What is in sight has changed as a whole: the log has no event for that.
      member.after = undefined;
      place = group.served;
      outlet.send(resetChunk(group));
    },
    leave: () => leave(room, group, member),
  };
  group.members.add(member);
  room.add(member, scope.catalog.revision);
  if (!resume) outlet.send(new Chunk([frameOf({ event: "ready", place }, place, group.mark)]));
  else if (parseMark(resume.mark).mark !== group.mark) {
    place = group.served;
    outlet.send(resetChunk(group));
  }
  room.replaying++;
  try {
    let trail: readonly Change[] = [];
    // A place that is ahead of this process may be another replica's, or one that there never was: the log knows.
    let unknown = comparePlaces(place, group.served) > 0;
    while (!outlet.closed && (unknown || comparePlaces(group.served, place) > 0)) {
      unknown = false;
      const { feed, judge } = group;
      const page = await readPage(feed, place);
      if (page === "gone") {
        place = feed.given;
        outlet.send(goneChunk(place));
        continue;
      }
      const byCollection = Map.groupBy(page.changes, ({ collectionId }) => collectionId);
      const picked = judge.pick({ ...page, byCollection, trail });
      const events = picked.length > 0 ? await judge.judge(picked, trail) : [];
      // Under other rights by now, it has been told to read anew.
      if (group.judge !== judge) continue;
      trail = page.changes;
      place = page.next;
      if (events.length > 0) outlet.send(new Chunk(framesOf(events)));
      // A slow reader is not fed faster than it reads.
      await outlet.drained?.();
    }
    if (outlet.closed) return room.remove(member);
    // Nothing is waited for between the last look and this.
    member.after = place;
    member.live = true;
  } finally {
    room.replaying--;
  }
}

/** What is in sight has changed as a whole. */
function resetChunk({ served, mark }: Group): Chunk {
  return new Chunk([frameOf({ event: "reset", place: served }, served, mark)]);
}

async function readPage(feed: Feed, place: Place) {
  try {
    return await feed.read(place);
  } catch (error) {
    if (error instanceof PlinthError && error.code === "GONE") return "gone";
    throw error;
  }
}

function goneChunk(place: Place): Chunk {
  const message = "What happened since then is no longer kept: read anew, and go on from here.";
  return new Chunk([frameOf({ event: "gone", status: 410, code: "GONE", message, place }, place)]);
}
