import { type LogPosition, PlinthError, variablesOf } from "@plinth/core";
import { logReader } from "../../changelog/index.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { Lru } from "../../kernel/lru.ts";
import { newBudget } from "../../kernel/request-budget.ts";
import { service } from "../../kernel/services.ts";
import { type Connection, EncodedBatch, messageOf } from "../encoded-batch.ts";
import type { Grant } from "../grant.ts";
import { TIMED_MS } from "../group-clock.ts";
import type { TailListener } from "../log-tail.ts";
import { type NetPage, netReader } from "../net-changes.ts";
import type { SubscriptionTopic } from "../open-subscription.ts";
import type { Subscriber, WorkspaceSubscribers } from "../workspace-subscribers.ts";
import { openSync } from "./answer.ts";
import type { SyncRequest } from "./types.ts";

/** A reader whom nothing concerns gets a new position this often, so that the log still has it later. */
const QUIET_MS = 20_000;
const RETRY_MS = 1000;
/** As much as may wait for a slow reader: each of many may get a snapshot at once. */
const MAX_BYTES = 256 * 1024;

/** Does work that costs as much as a list where lists take turns. Throws `OVERLOADED` where there is no room, or nobody waits for it. */
export type InSlot = <T>(work: () => Promise<T>) => Promise<T>;

/** What is sent to all followers with the same shapes, rights and position, while the log stands still. */
interface SharedAnswer {
  readonly batch: EncodedBatch;
  readonly next: string;
  readonly more: boolean;
  /** It tells more than a position. */
  readonly news: boolean;
}

const MAX_SHARED = 200;
/** Longer answers are shared only by those who wait for them together. */
const MAX_SHARED_CHARS = 64 * 1024;
const sharedOf = service(
  "answers of sync",
  (_: WorkspaceSubscribers) => new Lru<string, Promise<SharedAnswer>>(MAX_SHARED),
);

/** Throws what a request for one answer would throw. */
export function checkSync(ctx: RequestContext, request: SyncRequest): void {
  openSync(ctx, request, netReader(logReader(ctx.engine, ctx.driver)));
}

/** Sends answers, one after the other, as soon as there is something to tell. Resolves when the connection has ended. */
export async function followSync(
  subscribers: WorkspaceSubscribers,
  opened: RequestContext,
  grant: Grant,
  request: SyncRequest,
  connection: Connection,
  inSlot: InSlot = (work) => work(),
): Promise<void> {
  const follower = new Follower(subscribers, opened, grant, request, connection, inSlot);
  subscribers.add(follower, opened.catalog.revision);
  subscribers.tail.add(follower);
  try {
    await follower.run();
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    subscribers.refuse(follower, error);
  } finally {
    subscribers.remove(follower);
  }
}

class Follower implements Subscriber, TailListener {
  readonly topic: SubscriptionTopic;
  busy = true;
  #after: string | undefined;
  #concerns: ReadonlySet<string> = new Set();
  #awake = false;
  #wake: (() => void) | undefined;

  constructor(
    private readonly subscribers: WorkspaceSubscribers,
    private ctx: RequestContext,
    public grant: Grant,
    private readonly request: SyncRequest,
    readonly connection: Connection,
    private readonly inSlot: InSlot,
  ) {
    this.#after = request.after;
    const collections = new Set([...request.shapes.values()].map(({ collection }) => collection));
    this.topic = { kind: "sync", name: [...collections].join(",") };
  }

  take({ byCollection }: Parameters<TailListener["take"]>[0]): void {
    if ([...this.#concerns].some((id) => byCollection.has(id))) this.#next();
  }

  reset(): void {
    this.#next();
  }

  /** Each answer is made under the rights of its moment. */
  renew(ctx: RequestContext): void {
    this.ctx = ctx;
    this.#next();
  }

  position(): string | undefined {
    return this.#after;
  }

  behind(): boolean {
    return this.busy;
  }

  leave(): void {
    this.subscribers.tail.remove(this);
    this.#next();
  }

  #next(): void {
    this.#awake = true;
    this.#wake?.();
  }

  async run(): Promise<void> {
    const { connection } = this;
    /** What only moves the position. When hidden items change must not show, so it is sent by the clock alone. */
    let unsent: EncodedBatch | undefined;
    let sentAt = Number.NEGATIVE_INFINITY;
    while (!connection.closed) {
      this.#awake = false;
      this.busy = true;
      const { answer, pauseMs } = await this.#attempt();
      if (answer) {
        this.#after = answer.next;
        // The first answer is due at once.
        if (answer.news || sentAt === Number.NEGATIVE_INFINITY) {
          if (!(await this.#send(answer.batch))) return;
          unsent = undefined;
          sentAt = performance.now();
        } else unsent = answer.batch;
      }
      this.busy = false;
      if (answer?.more) continue;
      const quiet = Math.max(0, sentAt + QUIET_MS - performance.now());
      const passed = await this.#wait(unsent ? Math.min(pauseMs, quiet) : pauseMs);
      if (!passed || !unsent || performance.now() - sentAt < QUIET_MS) continue;
      if (!(await this.#send(unsent))) return;
      unsent = undefined;
      sentAt = performance.now();
    }
  }

  /** Not faster than a slow reader reads. False: the connection has ended. */
  async #send(batch: EncodedBatch): Promise<boolean> {
    const { connection } = this;
    if (connection.closed || !connection.send(batch)) return false;
    await connection.drained?.();
    return true;
  }

  /** A database that is busy or away ends no stream: the reader would only come back at once. */
  async #attempt(): Promise<{ answer?: SharedAnswer; pauseMs: number }> {
    try {
      const { answer, timed } = this.#answer();
      return { answer: await answer, pauseMs: timed ? TIMED_MS : QUIET_MS };
    } catch (error) {
      if (error instanceof PlinthError && error.status < 500) throw error;
      const { log } = this.ctx.engine;
      const waits = error instanceof PlinthError && error.code === "OVERLOADED";
      if (!waits)
        log.error("a copy could not be brought up to date", { workspaceId: this.subscribers.workspaceId, error });
      return { pauseMs: RETRY_MS };
    }
  }

  #answer(): { answer: Promise<SharedAnswer>; timed: boolean } {
    const { subscribers } = this;
    const { reader, engine } = subscribers.options;
    // The same time for all who follow, so that they share what it changes.
    const now = Math.floor(engine.clock.now() / TIMED_MS) * TIMED_MS;
    const budget = newBudget(engine.config, engine.clock.now());
    const ctx = { ...this.ctx, now, variables: variablesOf(this.ctx.principal, now), budget };
    const request = { ...this.request, after: this.#after };
    const run = openSync(ctx, request, reader, {
      maxBytes: MAX_BYTES,
      ended: () => this.connection.closed,
      recent: (position, collectionIds) => this.#recent(position, collectionIds),
    });
    this.#concerns = run.collectionIds;
    const { timed } = run;
    const key = JSON.stringify([subscribers.tail.position, timed && now, this.#after, run.key, this.request.limit]);
    const shared = sharedOf(subscribers);
    let answer = shared.get(key);
    if (!answer) {
      answer = (run.readsRows ? this.inSlot(() => run.run()) : run.run()).then(({ answer, news }) => {
        const message = news ? messageOf(answer, answer.next) : { json: "", position: answer.next };
        if (message.json.length > MAX_SHARED_CHARS) shared.delete(key);
        return { batch: new EncodedBatch([message]), next: answer.next, more: answer.more, news };
      });
      shared.set(key, answer);
      answer.catch(() => shared.delete(key));
    }
    return { answer, timed };
  }

  #recent(position: LogPosition, collectionIds: ReadonlySet<string>): NetPage | undefined {
    const found = this.subscribers.tail.recent(position);
    if (!found) return undefined;
    const changes = found.changes.filter(({ collectionId }) => collectionIds.has(collectionId));
    return { changes, next: found.next, more: false, partial: false };
  }

  /** Whether the time has passed; false: something has happened before. */
  #wait(ms: number): Promise<boolean> {
    if (this.#awake || this.connection.closed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(!this.#awake);
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }
}
