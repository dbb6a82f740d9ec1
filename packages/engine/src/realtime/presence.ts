import { elapsed, invalid, type JsonObject, type LogPosition, uuidv7 } from "@plinth/core";
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
import { requireChannelAccess, requireChannelName } from "../access/channel-access.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hash32 } from "../kernel/hash32.ts";
import { loggedOf } from "../kernel/logged.ts";
import { service } from "../kernel/services.ts";
import { type Connection, EncodedBatch } from "./encoded-batch.ts";
import type { Grant } from "./grant.ts";
import type { Subscriber, WorkspaceSubscribers } from "./workspace-subscribers.ts";

/**
 * Presence: one database row for each connection, renewed while it lasts, so that every replica and every host returns
 * the same roster. A subscriber is itself a member. A reader that the host disconnected and that returns in time takes
 * over its row, so that nobody sees it leave: its position names the row, and the roster that it has.
 */
const LIFE_MS = 45_000;
/** How long the row of a reader that will reconnect is kept. */
const RETURN_MS = 15_000;
const RENEW_MS = 15_000;
const LOOK_MS = 1000;

const POSITION = /^([\da-f-]{36})\.([\da-z]{1,8})$/;

/** With many members, joins and leaves within this time are sent together: a roster goes to all its members. */
const MAX_GATHER_MS = 500;

interface PresenceConnection extends Subscriber {
  readonly id: string;
  readonly name: string;
  /** Settles when the insert of its row has finished. */
  entered: Promise<void>;
  /** Its row exists. A roster is sent only to readers that it contains. */
  there: boolean;
  /** The roster that the reader has, and whether it also knows the roster's position. */
  sentRoster: string;
  knowsPosition: boolean;
}

export interface PresenceRequest {
  readonly name: string;
  readonly after?: LogPosition | undefined;
}

/** Members see each other, so who may subscribe to the channel of this name may see and join its presence. */
export function checkPresence(ctx: RequestContext, { name, after }: PresenceRequest): void {
  requireChannelName(name);
  if (after !== undefined && !POSITION.test(after)) {
    throw invalid("after", "is not a position that a stream sent", "INVALID_CURSOR");
  }
  requireChannelAccess(ctx, name, "read");
}

/** One workspace's presence, in a few statements a second for any number of members. */
class PresenceTracker {
  readonly #present = new Set<PresenceConnection>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewedAt: number;
  #lookedAt = 0;
  #looking: Promise<void> | undefined;
  /** A member joined or left since the last read began. */
  #changed = false;
  #closed = false;
  #hurry: (() => void) | undefined;

  constructor(private readonly subscribers: WorkspaceSubscribers) {
    this.#renewedAt = subscribers.options.engine.clock.now();
    subscribers.onClose(() => {
      this.#closed = true;
      clearTimeout(this.#timer);
      this.#hurry?.();
    });
  }

  async add(reader: PresenceConnection, userId: string, before: string | undefined): Promise<void> {
    this.#present.add(reader);
    reader.entered = this.#enter(reader, userId, before);
    await reader.entered;
    // It left in the meantime, and `remove` deletes its row.
    if (!this.#present.has(reader)) return;
    reader.there = true;
    await this.#look();
  }

  /** A row that is taken over gets a new id, so the previous connection can no longer change it. */
  async #enter(reader: PresenceConnection, userId: string, before: string | undefined): Promise<void> {
    const { driver, engine } = this.subscribers.options;
    const now = engine.clock.now();
    const until = now + LIFE_MS;
    const { id, name } = reader;
    const row: PresenceRow = { id, workspaceId: this.subscribers.workspaceId, name, member: userId };
    if (before !== undefined && (await takeOverPresence(driver, row, before, { now, until }))) return;
    await insertPresence(driver, row, now, until);
  }

  async remove(reader: PresenceConnection): Promise<void> {
    if (!this.#present.delete(reader)) return;
    // An insert still running would leave its row behind. A failed insert may have written the row too.
    await reader.entered.catch(() => {});
    const { driver, engine } = this.subscribers.options;
    if (reader.connection.returns) {
      await keepPresence(driver, reader.id, engine.clock.now() + RETURN_MS);
      return;
    }
    await deletePresence(driver, reader.id);
    await this.#look();
  }

  /**
   * Resolves when a read that began after this call has been sent. Reads run one at a time, so that the newest is sent
   * last.
   */
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
    const since = this.subscribers.options.engine.clock.now() - this.#lookedAt;
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
    const { engine } = this.subscribers.options;
    try {
      const now = engine.clock.now();
      this.#lookedAt = now;
      if (elapsed(now, this.#renewedAt) >= RENEW_MS) await this.#renew(now);
      const there = [...this.#present].filter((reader) => reader.there);
      for (const [name, readers] of Map.groupBy(there, (reader) => reader.name))
        await this.#sendRoster(name, readers, now);
    } catch (error) {
      engine.log.error("presence could not be read", { workspaceId: this.subscribers.workspaceId, error });
    }
  }

  async #sendRoster(name: string, readers: readonly PresenceConnection[], now: number): Promise<void> {
    const reader = await listPresent(this.subscribers.options.driver, this.subscribers.workspaceId, name, now);
    const members = reader.map(
      ({ member, since, connections }): JsonObject => ({
        id: member,
        since: new Date(since).toISOString(),
        connections,
      }),
    );
    const json = JSON.stringify({ event: "presence", data: { members } });
    const roster = hash32(json);
    for (const reader of readers) {
      const known = reader.sentRoster === roster;
      if (!this.#present.has(reader) || (known && reader.knowsPosition)) continue;
      reader.sentRoster = roster;
      reader.knowsPosition = true;
      const position = `${reader.id}.${roster}`;
      if (!reader.connection.send(new EncodedBatch([{ json: known ? "" : json, position }])))
        void this.subscribers.remove(reader);
    }
  }

  async #renew(now: number): Promise<void> {
    this.#renewedAt = now;
    const { driver } = this.subscribers.options;
    const ids = [...this.#present].map(({ id }) => id);
    await renewPresence(driver, ids, now + LIFE_MS);
    await deleteExpiredPresence(driver, now, now + 2 * LIFE_MS);
  }
}

const trackerOf = service("presence", (subscribers: WorkspaceSubscribers) => new PresenceTracker(subscribers));

export async function subscribePresence(
  subscribers: WorkspaceSubscribers,
  ctx: RequestContext,
  grant: Grant,
  request: PresenceRequest,
  connection: Connection,
): Promise<void> {
  const { name } = request;
  const [, before, sentRoster = ""] = POSITION.exec(request.after ?? "") ?? [];
  const tracker = trackerOf(subscribers);
  const reader: PresenceConnection = {
    topic: { kind: "presence", name },
    id: uuidv7(ctx.now),
    name,
    entered: Promise.resolve(),
    there: false,
    sentRoster,
    knowsPosition: false,
    lasting: true,
    connection,
    grant,
    renew: (now) => checkPresence(now, { name }),
    leave: () =>
      tracker
        .remove(reader)
        .catch((error: unknown) =>
          ctx.engine.log.error("the end of a presence could not be stored", { ...loggedOf(ctx), error }),
        ),
  };
  subscribers.add(reader, ctx.catalog.revision);
  // The workspace's subscribers were just closed: nobody would delete its row.
  if (connection.closed) return;
  await tracker.add(reader, ctx.principal.id!, before);
}
