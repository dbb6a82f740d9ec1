import {
  type Change,
  type ChangeReader,
  DEFAULT_WORKSPACE_ID,
  type JsonObject,
  type Place,
  PlinthError,
  type Principal,
} from "@plinth/core";
import type { Engine } from "../src/kernel/engine.ts";
import { type Chunk, closedChunk, Hub, type Outlet, type Resumption, sealedPlace } from "../src/realtime/index.ts";
import { openWorld, type World } from "./transfer-support.ts";

/** A log in memory. Places are numbers. */
export class MemoryLog implements ChangeReader {
  readonly changes: Change[] = [];
  /** What was trimmed. */
  oldest = 0;
  readonly wakes = new Set<() => void>();
  reads = 0;

  add(change: Pick<Change, "collectionId" | "item" | "before" | "after">): void {
    const operation = change.before ? (change.after ? "update" : "delete") : "insert";
    this.changes.push({
      ...change,
      operation,
      place: String(this.changes.length + 1),
      workspaceId: DEFAULT_WORKSPACE_ID,
      actor: null,
      requestId: null,
      at: new Date().toISOString(),
    });
    for (const wake of this.wakes) wake();
  }

  async head(): Promise<Place> {
    return String(this.changes.length);
  }

  async read(_workspaceId: string, after: Place, { limit }: { limit: number }) {
    this.reads++;
    if (Number(after) < this.oldest) throw new PlinthError("GONE");
    const changes = this.changes.slice(Number(after), Number(after) + limit);
    const next = changes.at(-1)?.place ?? after;
    return { changes, next, more: Number(next) < this.changes.length };
  }
}

export const comparePlaces = (a: Place, b: Place): number => Number(a) - Number(b);

export interface RealtimeWorld extends World {
  log: MemoryLog;
  hub: Hub;
  startHub(): Hub;
  engine: Engine;
  /** Writes through SQL and the log at once. */
  write(slug: string, id: string, row: JsonObject | null, as?: Principal): Promise<void>;
}

export async function openRealtimeWorld(): Promise<RealtimeWorld> {
  const world = await openWorld();
  const log = new MemoryLog();
  const { engine } = await world.scope();
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
  });
  const startHub = () => new Hub({ engine, driver: world.driver, reader: log, comparePlaces, wakeups, pollMs: 20 });
  return {
    ...world,
    log,
    hub: startHub(),
    startHub,
    engine,
    async write(slug, id, row) {
      const { createItems, deleteItem, patchItem, getItem } = await import("../src/index.ts");
      const scope = await world.scope();
      const collectionId = scope.catalog.collections.get(slug)!.id;
      const read = async () => (await getItem(scope, slug, id)).row;
      const before = await read().catch(() => null);
      if (row === null) await deleteItem(scope, slug, id);
      else if (before) await patchItem(scope, slug, id, row);
      else await createItems(scope, slug, { id, ...row });
      const after = row && (await read());
      log.add({ collectionId, item: id, before, after });
    },
  };
}

export interface TestOutlet extends Outlet {
  messages: JsonObject[];
  /** Resolves with the message that satisfies. */
  until(found: (message: JsonObject) => boolean): Promise<JsonObject>;
  /** Where a reader that stops now goes on. */
  place: Place | undefined;
  mark: string | undefined;
  resume?: Resumption;
  closed: boolean;
}

export function testOutlet(options: { limit?: number } = {}): TestOutlet {
  const waiting: { found: (message: JsonObject) => boolean; resolve: (message: JsonObject) => void }[] = [];
  const outlet: TestOutlet = {
    messages: [],
    place: undefined,
    mark: undefined,
    closed: false,
    send(chunk: Chunk, seal) {
      if (outlet.closed) return false;
      for (const { json, place, mark } of chunk.frames) {
        if (place) outlet.place = sealedPlace(place, seal);
        if (mark) outlet.mark = mark;
        if (json === "") continue;
        const message = JSON.parse(json) as JsonObject;
        outlet.messages.push(message);
        for (const waiter of waiting.filter(({ found }) => found(message))) waiter.resolve(message);
      }
      if (outlet.messages.length > (options.limit ?? Number.POSITIVE_INFINITY)) outlet.closed = true;
      return !outlet.closed;
    },
    end(refusal) {
      if (refusal) outlet.send(closedChunk(refusal));
      outlet.closed = true;
    },
    until(found) {
      const there = outlet.messages.find(found);
      if (there) return Promise.resolve(there);
      return new Promise((resolve, reject) => {
        waiting.push({ found, resolve });
        setTimeout(() => reject(new Error(`not told; told ${JSON.stringify(outlet.messages)}`)), 5000);
      });
    },
  };
  return outlet;
}

export const NOBODY = { kind: "none" } as const;
