import { invalid, type JsonObject, type Place, PlinthError, type SqlResult, type SqlValue, uuidv7 } from "@plinth/core";
import { dialectOf } from "@plinth/db";
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

  async #enter(present: Present, userId: string, before: string | undefined): Promise<void> {
    const now = this.room.options.engine.clock.now();
    if (before !== undefined && (await this.#takeOver(present, userId, before, now))) return;
    await this.#run(
      "insert into plinth_presence (id, workspace_id, name, member, since, until) values (?1, ?2, ?3, ?4, ?5, ?6)",
      [present.id, this.room.workspaceId, present.name, userId, now, now + LIFE_MS],
    );
  }

  /** The row gets another id: what the connection before still does to its own is of no effect. */
  async #takeOver(present: Present, userId: string, before: string, now: number): Promise<boolean> {
    const { changes } = await this.#run(
      `update plinth_presence set id = ?1, until = ?2
        where id = ?3 and workspace_id = ?4 and name = ?5 and member = ?6 and until > ?7`,
      [present.id, now + LIFE_MS, before, this.room.workspaceId, present.name, userId, now],
    );
    return changes > 0;
  }

  async remove(present: Present): Promise<void> {
    if (!this.#present.delete(present)) return;
    // A row that is still on its way would stay. Where it failed, it may be there all the same.
    await present.entered.catch(() => {});
    if (present.outlet.returns) {
      const until = this.room.options.engine.clock.now() + RETURN_MS;
      await this.#run("update plinth_presence set until = ?1 where id = ?2", [until, present.id]);
      return;
    }
    await this.#run("delete from plinth_presence where id = ?1", [present.id]);
    await this.#look();
  }

  #run(sql: string, params: SqlValue[]): Promise<SqlResult> {
    const { driver } = this.room.options;
    const dialect = dialectOf(driver);
    return driver.run({ sql: sql.replace(/\?(\d+)/g, (_, n) => dialect.placeholder(Number(n))), params });
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
    const { rows } = await this.#run(
      `select member, min(since) as since, count(*) as connections from plinth_presence
        where workspace_id = ?1 and name = ?2 and until > ?3 group by member order by member`,
      [this.room.workspaceId, name, now],
    );
    const members = rows.map(
      (row): JsonObject => ({
        id: row.member as string,
        since: new Date(Number(row.since)).toISOString(),
        connections: Number(row.connections),
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
    const ids = [...this.#present].map(({ id }) => id);
    for (let from = 0; from < ids.length; from += 80) {
      const piece = ids.slice(from, from + 80);
      const list = piece.map((_, i) => `?${i + 2}`).join(", ");
      await this.#run(`update plinth_presence set until = ?1 where id in (${list})`, [now + LIFE_MS, ...piece]);
    }
    await this.#run("delete from plinth_presence where until < ?1", [now]);
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
