import { invalid, type JsonObject, type Place, PlinthError, uuidv7 } from "@plinth/core";
import {
  deleteExpiredPresence,
  deletePresence,
  insertPresence,
  keepPresence,
  listPresent,
  type PresenceRow,
  renewPresence,
  takeOverPresence,
} from "@plinth/db";
import { requireChannelName } from "../access/channel-access.ts";
import type { Scope } from "../kernel/engine.ts";
import { service } from "../kernel/services.ts";
import { Chunk, type Outlet } from "./chunk.ts";
import type { Grant } from "./grant.ts";
import { hash32 } from "./live/diff.ts";
import type { Room, Subscriber } from "./room.ts";

/**
 * Who is there: one row for each connection in the database, kept alive while it lasts, so that every replica and every
 * host gives the same roster. Asking is being there. A reader that the host sent away and that comes back in time takes
 * its row over, so that nobody sees it go: a place tells the row, and the roster that its reader has.
 */
const LIFE_MS = 45_000;
/** How long the row of a reader that is about to come back is kept. */
const RETURN_MS = 15_000;
const RENEW_MS = 15_000;
const LOOK_MS = 1000;

const PLACE = /^([\da-f-]{36})\.([\da-z]{1,8})$/;

/** With many there, comings and goings of up to so long are told together: a roster goes out to everybody in it. */
const MAX_GATHER_MS = 500;

interface Present extends Subscriber {
  readonly id: string;
  readonly name: string;
  /** Settles when its row has been asked for. */
  entered: Promise<void>;
  /** Its row is there: nobody is told a roster without itself. */
  there: boolean;
  /** The roster that the reader has, and whether it knows its place with it. */
  told: string;
  placed: boolean;
}

export interface PresenceRequest {
  readonly name: string;
  readonly after?: Place | undefined;
}

export function checkPresence({ principal }: Scope, { name, after }: PresenceRequest): void {
  requireChannelName(name);
  if (after !== undefined && !PLACE.test(after)) {
    throw invalid("after", "is not a position that a stream sent", "INVALID_CURSOR");
  }
  if (principal.kind === "anonymous") throw new PlinthError("UNAUTHORIZED");
  if (principal.kind !== "user" && !principal.bypass)
    throw new PlinthError("FORBIDDEN", "Only signed-in users may use presence.");
}

/** One room's presence, in a few statements a second however many there are. */
class Board {
  readonly #present = new Set<Present>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewedAt: number;
  #lookedAt = 0;
  #looking: Promise<void> | undefined;
  /** Somebody came or went since the last look began. */
  #changed = false;
  #closed = false;
  #hurry: (() => void) | undefined;

  constructor(private readonly room: Room) {
    this.#renewedAt = room.options.engine.clock.now();
    room.onClose(() => {
      this.#closed = true;
      clearTimeout(this.#timer);
      this.#hurry?.();
    });
  }

  async add(present: Present, userId: string, before: string | undefined): Promise<void> {
    this.#present.add(present);
    present.entered = this.#enter(present, userId, before);
    await present.entered;
    // It left meanwhile, and `remove` sees to its row.
    if (!this.#present.has(present)) return;
    present.there = true;
    await this.#look();
  }

  /** A row that is taken over gets another id: what the connection before still does to its own is of no effect. */
  async #enter(present: Present, userId: string, before: string | undefined): Promise<void> {
    const { driver, engine } = this.room.options;
    const now = engine.clock.now();
    const until = now + LIFE_MS;
    const { id, name } = present;
    const row: PresenceRow = { id, workspaceId: this.room.workspaceId, name, member: userId };
    if (before !== undefined && (await takeOverPresence(driver, row, before, { now, until }))) return;
    await insertPresence(driver, row, now, until);
  }

  async remove(present: Present): Promise<void> {
    if (!this.#present.delete(present)) return;
    // A row that is still on its way would stay. Where it failed, it may be there all the same.
    await present.entered.catch(() => {});
    const { driver, engine } = this.room.options;
    if (present.outlet.returns) {
      await keepPresence(driver, present.id, engine.clock.now() + RETURN_MS);
      return;
    }
    await deletePresence(driver, present.id);
    await this.#look();
  }

  /** Resolves when a look that began after this call has been told of. One at a time, so that the newest is the last. */
  #look(): Promise<void> {
    this.#changed = true;
    this.#looking ??= this.#lookUntilUnchanged();
    return this.#looking;
  }

  async #lookUntilUnchanged(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#changed) {
      await this.#gather();
      this.#changed = false;
      await this.#lookOnce();
    }
    this.#looking = undefined;
    if (this.#present.size > 0 && !this.#closed) this.#timer = setTimeout(() => void this.#look(), LOOK_MS);
  }

  #gather(): Promise<void> {
    const since = this.room.options.engine.clock.now() - this.#lookedAt;
    const ms = Math.min(MAX_GATHER_MS, this.#present.size / 2) - Math.max(0, since);
    if (ms < 1 || this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #lookOnce(): Promise<void> {
    const { engine } = this.room.options;
    try {
      const now = engine.clock.now();
      this.#lookedAt = now;
      if (now - this.#renewedAt >= RENEW_MS) await this.#renew(now);
      const there = [...this.#present].filter((present) => present.there);
      for (const [name, readers] of Map.groupBy(there, (present) => present.name)) await this.#tell(name, readers, now);
    } catch (error) {
      engine.log.error("presence could not be read", { workspaceId: this.room.workspaceId, error });
    }
  }

  async #tell(name: string, readers: readonly Present[], now: number): Promise<void> {
    const present = await listPresent(this.room.options.driver, this.room.workspaceId, name, now);
    const members = present.map(
      ({ member, since, connections }): JsonObject => ({
        id: member,
        since: new Date(since).toISOString(),
        connections,
      }),
    );
    const json = JSON.stringify({ event: "presence", data: { members } });
    const roster = hash32(json);
    for (const present of readers) {
      const known = present.told === roster;
      if (!this.#present.has(present) || (known && present.placed)) continue;
      present.told = roster;
      present.placed = true;
      const place = `${present.id}.${roster}`;
      if (!present.outlet.send(new Chunk([{ json: known ? "" : json, place }]))) void this.room.remove(present);
    }
  }

  async #renew(now: number): Promise<void> {
    this.#renewedAt = now;
    const { driver } = this.room.options;
    const ids = [...this.#present].map(({ id }) => id);
    await renewPresence(driver, ids, now + LIFE_MS);
    await deleteExpiredPresence(driver, now);
  }
}

const boardOf = service("presence", (room: Room) => new Board(room));

export async function subscribePresence(
  room: Room,
  scope: Scope,
  grant: Grant,
  request: PresenceRequest,
  outlet: Outlet,
): Promise<void> {
  const { name } = request;
  const [, before, told = ""] = PLACE.exec(request.after ?? "") ?? [];
  const board = boardOf(room);
  const present: Present = {
    id: uuidv7(scope.now),
    name,
    entered: Promise.resolve(),
    there: false,
    told,
    placed: false,
    lasting: true,
    outlet,
    grant,
    renew: (now) => checkPresence(now, { name }),
    leave: () =>
      board
        .remove(present)
        .catch((error: unknown) => scope.engine.log.error("the end of a presence could not be stored", { error })),
  };
  room.add(present, scope.catalog.revision);
  // The room has just closed: nobody would take its row away.
  if (outlet.closed) return;
  await board.add(present, scope.principal.id!, before);
}
