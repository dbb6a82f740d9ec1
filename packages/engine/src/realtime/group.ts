import { type Change, type Place, PlinthError } from "@plinth/core";
import type { Scope } from "../kernel/engine.ts";
import { partsOfPlace, sealedPlace } from "../kernel/place.ts";
import { Chunk, chunkOf, frameOf, framesOf, type Outlet, parseMark } from "./chunk.ts";
import type { Feed, FeedListener, FeedPage } from "./feed.ts";
import type { Grant } from "./grant.ts";
import { GroupRegistry } from "./group-registry.ts";
import { UP_TO } from "./judge.ts";
import { hash32 } from "./live/diff.ts";
import type { Room, Subscriber } from "./room.ts";
import type { Seal } from "./seal.ts";

/** Anything that is told of in order and can be resumed: events of a feed, the same for all members of a group. */

export interface PlacedEvent {
  readonly event: string;
  readonly place: Place;
  readonly [UP_TO]?: Place;
}

/** What a group makes of a feed's changes. */
export interface Judge {
  /** What of a page concerns it; nothing else is given to `judge`. */
  pick(page: Pick<FeedPage, "changes" | "byCollection">): readonly Change[];
  /** `next`: where the page ends. A `reset` tells of all up to its own place. */
  judge(changes: readonly Change[], next: Place): PlacedEvent[] | Promise<PlacedEvent[]>;
  /** Absent where what is told does not hang on rights. */
  readonly seal?: Seal;
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
  readonly mark: string;
  /** All up to here was told by a `reset`. */
  #reset: Place | undefined;

  constructor(
    readonly room: Room,
    readonly feed: Feed,
    readonly key: string,
    readonly judge: Judge,
  ) {
    this.served = feed.given;
    this.mark = hash32(key);
  }

  take(page: FeedPage): void | Promise<void> {
    const changes = this.#untold(this.judge.pick(page));
    const events = changes.length > 0 ? this.judge.judge(changes, page.next) : [];
    if (events instanceof Promise) return events.then((known) => this.#deliver(known, page.next));
    this.#deliver(events, page.next);
  }

  #untold(changes: readonly Change[]): readonly Change[] {
    const told = this.#reset;
    if (told === undefined || changes.length === 0) return changes;
    const rest = changes.filter(({ place }) => this.room.options.comparePlaces(place, told) > 0);
    if (rest.length > 0) this.#reset = undefined;
    return rest;
  }

  #deliver(events: readonly PlacedEvent[], next: Place): void {
    this.served = next;
    if (events.length === 0) return;
    this.judge.seal?.renew();
    this.#reset = resetIn(events) ?? this.#reset;
    const whole = chunkOf(events);
    for (const member of this.members) {
      if (!member.live) continue;
      if (member.after === undefined) this.#send(member, whole);
      else this.#sendAfter(member, member.after, events, whole.frames);
    }
  }

  #sendAfter(member: Member, after: Place, events: readonly PlacedEvent[], frames: Chunk["frames"]): void {
    const { comparePlaces } = this.room.options;
    const rest = frames.filter((_, i) => comparePlaces(events[i]![UP_TO] ?? events[i]!.place, after) > 0);
    if (comparePlaces(this.served, after) >= 0) member.after = undefined;
    if (rest.length > 0) this.#send(member, new Chunk(rest));
  }

  #send(member: Member, chunk: Chunk): void {
    if (!member.outlet.send(chunk)) this.room.remove(member);
  }

  reset(place: Place): void {
    this.served = place;
    const chunk = chunkAt({ event: "reset" }, place, this.judge.seal?.text);
    for (const member of this.members) {
      if (!member.live) continue;
      member.after = undefined;
      this.#send(member, chunk);
    }
  }
}

const groups = new GroupRegistry<Member, Group>();

/** The group for a key; equal keys must mean equal events. */
export function groupOf(room: Room, feed: Feed, key: string, judge: () => Judge): Group {
  return groups.groupFor(room, key, () => new Group(room, feed, key, judge()));
}

export interface Joining {
  readonly scope: Scope;
  readonly grant: Grant;
  readonly outlet: Outlet;
  /** Resume after this place. */
  readonly after?: string | undefined;
  /** The caller's group under these rights; throws where there are none. */
  group(scope: Scope): Group;
}

/** Sends what happened since `after`, then goes on live. Resolves when live, or when the outlet has ended. */
export async function join(room: Room, joining: Joining): Promise<void> {
  const { scope, grant, outlet, group: groupFor } = joining;
  const { resume } = outlet;
  const after = partsOfPlace(resume?.place ?? joining.after ?? "");
  const { comparePlaces } = room.options;
  let group = groupFor(scope);
  let place = after.place || group.served;
  /** Until it is live, what it is sent may lie before all that its group's seal covers: its own goes on. */
  let carried: string | undefined;
  const seal = () => carried ?? group.judge.seal?.text;
  const told = Object.assign(Object.create(outlet) as Outlet, {
    send: (chunk: Chunk) => outlet.send(chunk, seal()),
  });
  const member: Member = {
    outlet: told,
    grant,
    live: false,
    after: undefined,
    place: () => (member.live ? (member.after ?? group.served) : place),
    mark: () => group.mark,
    renew(now) {
      const next = groupFor(now);
      if (next === group) return;
      groups.leave(group, member);
      group = next;
      group.members.add(member);
      // What is in sight has changed as a whole: the log has no event for that.
      member.after = undefined;
      place = group.served;
      carried = undefined;
      told.send(resetChunk(group));
    },
    leave: () => groups.leave(group, member),
  };
  group.members.add(member);
  room.add(member, scope.catalog.revision);
  const known = resume
    ? parseMark(resume.mark).mark === group.mark
    : after.place === "" || mayGoOnFrom(after, group.judge, grant);
  if (known) carried = after.seal;
  else place = group.served;
  if (!resume) told.send(chunkAt({ event: "ready" }, place, seal(), group.mark));
  if (!known) told.send(resetChunk(group));
  room.replaying++;
  try {
    // A place that is ahead of this process may be another replica's, or one that there never was: the log knows.
    let unknown = comparePlaces(place, group.served) > 0;
    while (!outlet.closed && (unknown || comparePlaces(group.served, place) > 0)) {
      unknown = false;
      const { feed, judge } = group;
      const page = await readPage(feed, place);
      if (page === "gone") {
        place = feed.given;
        carried = undefined;
        told.send(chunkAt(GONE, place, seal()));
        continue;
      }
      const byCollection = Map.groupBy(page.changes, ({ collectionId }) => collectionId);
      const picked = judge.pick({ ...page, byCollection });
      const events = picked.length > 0 ? await judge.judge(picked, page.next) : [];
      // Under other rights by now, it has been told to read anew.
      if (group.judge !== judge) continue;
      place = resetIn(events) ?? page.next;
      if (events.length > 0) told.send(new Chunk(framesOf(events)));
      // A slow reader is not fed faster than it reads.
      await outlet.drained?.();
    }
    if (outlet.closed) return room.remove(member);
    // Nothing is waited for between the last look and this.
    member.after = place;
    member.live = true;
    carried = undefined;
  } finally {
    room.replaying--;
  }
}

/** With full rights the log itself can be read, so its bare places are as good. */
function mayGoOnFrom(after: ReturnType<typeof partsOfPlace>, judge: Judge, { principal }: Grant): boolean {
  if (judge.seal === undefined) return after.seal === undefined;
  return after.seal === undefined ? principal.bypass : judge.seal.covers(after.place, after.seal);
}

/** What is in sight has changed as a whole. */
function resetChunk({ served, judge, mark }: Group): Chunk {
  return chunkAt({ event: "reset" }, served, judge.seal?.text, mark);
}

function chunkAt(event: object, place: Place, seal: string | undefined, mark?: string): Chunk {
  return new Chunk([frameOf({ ...event, place: sealedPlace(place, seal) }, place, mark)]);
}

function resetIn(events: readonly PlacedEvent[]): Place | undefined {
  return events.find(({ event }) => event === "reset")?.place;
}

async function readPage(feed: Feed, place: Place) {
  try {
    return await feed.read(place);
  } catch (error) {
    if (error instanceof PlinthError && error.code === "GONE") return "gone";
    throw error;
  }
}

const GONE = {
  event: "gone",
  status: 410,
  code: "GONE",
  message: "The changes since this position are no longer kept: read again, and continue from here.",
};
