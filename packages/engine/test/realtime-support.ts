import {
  type Change,
  type ChangeReader,
  DEFAULT_WORKSPACE_ID,
  type JsonObject,
  type LogPosition,
  PlinthError,
  type Principal,
} from "@plinth/core";
import type { Engine } from "../src/kernel/engine.ts";
import {
  type Connection,
  closedBatch,
  type EncodedBatch,
  type ResumeState,
  SubscriptionBroker,
  signedPosition,
} from "../src/realtime/index.ts";
import { openWorld, type World } from "./transfer-support.ts";

/** A log in memory. Positions are numbers. */
export class MemoryLog implements ChangeReader {
  readonly changes: Change[] = [];
  /** The last trimmed position. */
  oldest = 0;
  readonly wakes = new Set<() => void>();
  reads = 0;

  add(change: Pick<Change, "collectionId" | "item" | "before" | "after">): void {
    const operation = change.before ? (change.after ? "update" : "delete") : "insert";
    this.changes.push({
      ...change,
      operation,
      position: String(this.changes.length + 1),
      workspaceId: DEFAULT_WORKSPACE_ID,
      actor: null,
      requestId: null,
      at: new Date().toISOString(),
    });
    for (const wake of this.wakes) wake();
  }

  async head(): Promise<LogPosition> {
    return String(this.changes.length);
  }

  async read(_workspaceId: string, after: LogPosition, { limit }: { limit: number }) {
    this.reads++;
    if (Number(after) < this.oldest) throw new PlinthError("GONE");
    const changes = this.changes.slice(Number(after), Number(after) + limit);
    const next = changes.at(-1)?.position ?? after;
    return { changes, next, more: Number(next) < this.changes.length, partial: false };
  }
}

export const comparePositions = (a: LogPosition, b: LogPosition): number => Number(a) - Number(b);

export interface RealtimeWorld extends World {
  log: MemoryLog;
  broker: SubscriptionBroker;
  startBroker(): SubscriptionBroker;
  engine: Engine;
  /** Writes through SQL and the log at once. */
  write(slug: string, id: string, row: JsonObject | null, as?: Principal): Promise<void>;
}

export async function openRealtimeWorld(): Promise<RealtimeWorld> {
  const world = await openWorld();
  const log = new MemoryLog();
  const { engine } = await world.ctx();
  const wakeups = async (_: string, wake: () => void) => {
    log.wakes.add(wake);
    return () => log.wakes.delete(wake);
  };
  Object.assign(engine.config, {
    appUrl: "http://localhost",
    secret: "s".repeat(32),
    authRateLimit: 0,
    trustProxy: 0,
    maxScan: 1_000_000,
    maxAnswerBytes: 67_108_864,
    statementTimeoutMs: 30_000,
  });
  const startBroker = () =>
    new SubscriptionBroker({ engine, driver: world.driver, reader: log, comparePositions, wakeups, pollMs: 20 });
  return {
    ...world,
    log,
    broker: startBroker(),
    startBroker,
    engine,
    async write(slug, id, row) {
      const { createItems, deleteItem, patchItem, getItem } = await import("../src/index.ts");
      const ctx = await world.ctx();
      const collectionId = ctx.catalog.collections.get(slug)!.id;
      const read = async () => (await getItem(ctx, slug, id)).row;
      const before = await read().catch(() => null);
      if (row === null) await deleteItem(ctx, slug, id);
      else if (before) await patchItem(ctx, slug, id, row);
      else await createItems(ctx, slug, { id, ...row });
      const after = row && (await read());
      log.add({ collectionId, item: id, before, after });
    },
  };
}

export interface TestConnection extends Connection {
  messages: JsonObject[];
  /** Resolves with the first message that satisfies the condition. */
  until(found: (message: JsonObject) => boolean): Promise<JsonObject>;
  /** The position from which a reader that stops now continues. */
  position: LogPosition | undefined;
  /** The last token: with it, a resumed connection shows that its rights and its result have not changed. */
  token: string | undefined;
  resume?: ResumeState;
  closed: boolean;
}

export function testConnection(options: { limit?: number } = {}): TestConnection {
  const waiting: { found: (message: JsonObject) => boolean; resolve: (message: JsonObject) => void }[] = [];
  const connection: TestConnection = {
    messages: [],
    position: undefined,
    token: undefined,
    closed: false,
    send(batch: EncodedBatch, signature) {
      if (connection.closed) return false;
      for (const { json, position, token } of batch.messages) {
        if (position) connection.position = signedPosition(position, signature);
        if (token) connection.token = token;
        if (json === "") continue;
        const message = JSON.parse(json) as JsonObject;
        connection.messages.push(message);
        for (const waiter of waiting.filter(({ found }) => found(message))) waiter.resolve(message);
      }
      if (connection.messages.length > (options.limit ?? Number.POSITIVE_INFINITY)) connection.closed = true;
      return !connection.closed;
    },
    end(refusal) {
      if (refusal) connection.send(closedBatch(refusal));
      connection.closed = true;
    },
    until(found) {
      const there = connection.messages.find(found);
      if (there) return Promise.resolve(there);
      return new Promise((resolve, reject) => {
        waiting.push({ found, resolve });
        setTimeout(
          () => reject(new Error(`no such message among ${JSON.stringify(connection.messages)}`)),
          120_000,
        ).unref();
      });
    },
  };
  return connection;
}

export const NOBODY = { kind: "none" } as const;
