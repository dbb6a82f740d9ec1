import { type JsonObject, PlinthError, uuidv7 } from "@plinth/core";
import { dialectOf } from "@plinth/db";
import type { Scope } from "../engine.ts";
import { requireChannelName } from "./channel-access.ts";
import { Chunk, frameOf, type Outlet } from "./chunk.ts";
import type { Grant } from "./grant.ts";
import type { Room, Subscriber } from "./room.ts";

/**
 * Who is there: one row for each connection in the database, kept alive while it lasts, so that every replica and every
 * host gives the same roster. Asking is being there.
 */
const LIFE_MS = 45_000;
const RENEW_MS = 15_000;
const LOOK_MS = 1000;

interface Present extends Subscriber {
  readonly id: string;
  readonly name: string;
  told: string;
}

export function checkPresence({ principal }: Scope, name: string): void {
  requireChannelName(name);
  if (principal.kind === "anonymous") throw new PlinthError("UNAUTHORIZED");
  if (principal.kind !== "user" && !principal.bypass) throw new PlinthError("FORBIDDEN", "Presence is for users.");
}

/** One room's presence, in a few statements a second however many there are. */
class Board {
  readonly #present = new Set<Present>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewedAt: number;

  constructor(private readonly room: Room) {
    this.#renewedAt = room.options.engine.clock.now();
    room.onClose(() => clearTimeout(this.#timer));
  }

  async add(present: Present, userId: string): Promise<void> {
    const { driver, engine } = this.room.options;
    const now = engine.clock.now();
    const values = [1, 2, 3, 4, 5, 6].map((n) => dialectOf(driver).placeholder(n)).join(", ");
    await driver.run({
      sql: `insert into plinth_presence (id, workspace_id, name, member, since, until) values (${values})`,
      params: [present.id, this.room.workspaceId, present.name, userId, now, now + LIFE_MS],
    });
    this.#present.add(present);
    clearTimeout(this.#timer);
    await this.#look();
  }

  async remove(present: Present): Promise<void> {
    if (!this.#present.delete(present)) return;
    const { driver } = this.room.options;
    await driver.run({
      sql: `delete from plinth_presence where id = ${dialectOf(driver).placeholder(1)}`,
      params: [present.id],
    });
    clearTimeout(this.#timer);
    await this.#look();
  }

  async #look(): Promise<void> {
    const { engine } = this.room.options;
    try {
      const now = engine.clock.now();
      if (now - this.#renewedAt >= RENEW_MS) await this.#renew(now);
      for (const name of new Set([...this.#present].map((present) => present.name))) await this.#tell(name, now);
    } catch (error) {
      engine.log.error("presence could not be looked at", { workspaceId: this.room.workspaceId, error });
    }
    clearTimeout(this.#timer);
    if (this.#present.size > 0) this.#timer = setTimeout(() => void this.#look(), LOOK_MS);
  }

  async #tell(name: string, now: number): Promise<void> {
    const { driver } = this.room.options;
    const [one, two, three] = [1, 2, 3].map((n) => dialectOf(driver).placeholder(n));
    const rows = await driver.all({
      sql: `select member, min(since) as since, count(*) as connections from plinth_presence
        where workspace_id = ${one} and name = ${two} and until > ${three} group by member order by member`,
      params: [this.room.workspaceId, name, now],
    });
    const members = rows.map(
      (row): JsonObject => ({
        id: row.member as string,
        since: new Date(Number(row.since)).toISOString(),
        connections: Number(row.connections),
      }),
    );
    const frame = frameOf({ event: "presence", data: { members } });
    const chunk = new Chunk([frame]);
    for (const present of this.#present) {
      if (present.name !== name || present.told === frame.json) continue;
      present.told = frame.json;
      if (!present.outlet.send(chunk)) this.room.remove(present);
    }
  }

  async #renew(now: number): Promise<void> {
    this.#renewedAt = now;
    const { driver } = this.room.options;
    const dialect = dialectOf(driver);
    const ids = [...this.#present].map(({ id }) => id);
    for (let from = 0; from < ids.length; from += 80) {
      const piece = ids.slice(from, from + 80);
      const list = piece.map((_, i) => dialect.placeholder(i + 2)).join(", ");
      await driver.run({
        sql: `update plinth_presence set until = ${dialect.placeholder(1)} where id in (${list})`,
        params: [now + LIFE_MS, ...piece],
      });
    }
    await driver.run({ sql: `delete from plinth_presence where until < ${dialect.placeholder(1)}`, params: [now] });
  }
}

const boards = new WeakMap<Room, Board>();

export async function subscribePresence(
  room: Room,
  scope: Scope,
  grant: Grant,
  name: string,
  outlet: Outlet,
): Promise<void> {
  const board = boards.get(room) ?? new Board(room);
  boards.set(room, board);
  const present: Present = {
    id: uuidv7(scope.now),
    name,
    told: "",
    lasting: true,
    outlet,
    grant,
    renew: (now) => checkPresence(now, name),
    leave() {
      board.remove(present).catch((error: unknown) => scope.engine.log.error("presence was not ended", { error }));
    },
  };
  room.add(present, scope.catalog.revision);
  await board.add(present, scope.principal.id!);
}
