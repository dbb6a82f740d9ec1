import { elapsed, type LogPosition, PlinthError, type Principal } from "@plinth/core";
import { forgetKeys, forgetSessions } from "../identity/state.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { contextOf } from "../kernel/request-context.ts";
import { Services } from "../kernel/services.ts";
import { type Connection, EncodedBatch, idleToken } from "./encoded-batch.ts";
import { credentialKey, type Grant, refusalOf, renewGrants, validCredentials } from "./grant.ts";
import { LogTail } from "./log-tail.ts";
import { type OpenSubscription, openSubscription, type SubscriptionTopic } from "./open-subscription.ts";
import type { BrokerOptions, LiveCounters } from "./subscription-broker.ts";

/** One subscription of a workspace, of any kind. */
export interface Subscriber {
  readonly topic: SubscriptionTopic;
  readonly connection: Connection;
  grant: Grant;
  /** Rules, roles or collections have changed. Throws if the subscriber has lost access. */
  renew(ctx: RequestContext): void;
  /** The connection is closed or is closing. */
  leave(): void | Promise<void>;
  /** The subscriber's position, which a heartbeat sends. */
  position?(): LogPosition | undefined;
  /** Its resume token: see `ResumeState`. */
  token?(): string;
  /** It is still being sent what it has missed. */
  behind?(): boolean;
  /** It has work to do while it is subscribed, so it is never idle. */
  readonly lasting?: true;
}

/** Together with the catalog's one second, a change of rules takes effect in less than two seconds. */
const WATCH_MS = 500;
const CREDENTIALS_MS = 1000;
const HEARTBEAT_MS = 20_000;
/** How long this is kept without subscribers, for those who reconnect. */
const LINGER_MS = 30_000;

/** One workspace's subscribers on this process, with their shared log tail and their rights. */
export class WorkspaceSubscribers {
  readonly tail: LogTail;
  readonly services = new Services();
  readonly #subscribers = new Set<Subscriber>();
  readonly #since = new WeakMap<Subscriber, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The oldest catalog by which a subscriber's rights are known. */
  #revision: number | undefined;
  #renewal: Promise<void> = Promise.resolve();
  #credentialsAt = 0;
  #heartbeatAt = 0;
  #emptySince = 0;
  #stopped = false;
  /** Closed for good, and its subscribers disconnected. */
  #over = false;
  readonly #tails: LogTail[];
  /** Number of subscribers that are receiving what they missed. */
  replaying = 0;
  readonly #onClose: (() => void)[] = [];

  constructor(
    readonly workspaceId: string,
    readonly options: BrokerOptions,
    readonly counters: LiveCounters,
    private readonly closed: () => void,
  ) {
    this.tail = new LogTail(workspaceId, { ...options, log: options.engine.log });
    this.#tails = [this.tail];
    this.#heartbeatAt = options.engine.clock.now();
    this.#credentialsAt = this.#heartbeatAt;
  }

  get size(): number {
    return this.#subscribers.size;
  }

  add(subscriber: Subscriber, revision: number): void {
    // It was admitted just before this closed.
    if (this.#over) {
      subscriber.connection.end();
      subscriber.connection.release?.();
      return;
    }
    this.#subscribers.add(subscriber);
    this.#since.set(subscriber, this.options.engine.clock.now());
    this.tail.load = this.#subscribers.size;
    // A subscriber admitted by an older catalog is checked again.
    if (this.#revision === undefined || revision < this.#revision) this.#revision = revision;
    this.#timer ??= setTimeout(() => void this.#watch(), WATCH_MS);
  }

  /** The promise is that of the subscriber's cleanup. */
  remove(subscriber: Subscriber): void | Promise<void> {
    if (!this.#subscribers.delete(subscriber)) return;
    this.tail.load = this.#subscribers.size;
    subscriber.connection.release?.();
    return subscriber.leave();
  }

  /** What is open, the oldest first. */
  open(): OpenSubscription[] {
    return [...this.#subscribers].map((subscriber) => {
      const state = { since: this.#since.get(subscriber)!, behind: subscriber.behind?.() ?? false };
      return openSubscription(subscriber.topic, subscriber.grant.principal, state);
    });
  }

  onClose(stop: () => void): void {
    this.#onClose.push(stop);
  }

  /** Adds a tail beside the change log's. It stops with this object. */
  follow(tail: LogTail): void {
    this.#tails.push(tail);
  }

  /** All known changes have been sent, and no subscriber has work to do. */
  get idle(): boolean {
    const lasting = [...this.#subscribers].some(({ lasting }) => lasting);
    return !lasting && this.replaying === 0 && this.#tails.every((tail) => tail.idle);
  }

  #stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const tail of this.#tails) tail.stop();
    for (const stop of this.#onClose.splice(0)) stop();
  }

  /** Ends all subscriptions at once: the server stops, and each subscriber resumes elsewhere. */
  async close(): Promise<void> {
    this.#over = true;
    this.#stop();
    const everyone = [...this.#subscribers];
    for (const { connection } of everyone) connection.end();
    await Promise.all(everyone.map((subscriber) => this.remove(subscriber)));
  }

  /** Stops and leaves the connections open. The last message to each subscriber says how to resume it. */
  hibernate(): void {
    this.#stop();
    for (const subscriber of [...this.#subscribers]) {
      const token = idleToken(subscriber.token?.() ?? "", this.tail.position);
      subscriber.connection.send(new EncodedBatch([{ json: "", position: subscriber.position?.(), token }]));
      this.remove(subscriber);
    }
  }

  contextFor(principal: Principal, catalog: RequestContext["catalog"]): RequestContext {
    return contextOf(this.options.engine, this.options.driver, principal, catalog);
  }

  async #watch(): Promise<void> {
    const { log } = this.options.engine;
    try {
      await this.#look();
    } catch (error) {
      log.error("the rights of subscribers could not be checked", { workspaceId: this.workspaceId, error });
    }
    if (this.#stopped) return;
    const now = this.options.engine.clock.now();
    if (this.size > 0) this.#emptySince = 0;
    else this.#emptySince ||= now;
    if (this.#emptySince > 0 && elapsed(now, this.#emptySince) > LINGER_MS) {
      this.#over = true;
      this.#stop();
      this.closed();
      return;
    }
    this.#timer = setTimeout(() => void this.#watch(), WATCH_MS);
  }

  async #look(): Promise<void> {
    for (const subscriber of this.#subscribers) if (subscriber.connection.closed) this.remove(subscriber);
    const now = this.options.engine.clock.now();
    const due = elapsed(now, this.#credentialsAt) >= CREDENTIALS_MS;
    if (due) this.#credentialsAt = now;
    await this.checkRights(due);
    if (elapsed(now, this.#heartbeatAt) >= HEARTBEAT_MS) {
      this.#heartbeatAt = now;
      this.#beat();
    }
  }

  /** Applies changed rules and roles now; with `credentials`, also revoked credentials. */
  async checkRights(credentials = true): Promise<void> {
    const { engine, driver } = this.options;
    const now = engine.clock.now();
    if (credentials) await this.#checkCredentials(now);
    let catalog: RequestContext["catalog"];
    try {
      catalog = await engine.catalogs.get(driver, this.workspaceId);
    } catch (error) {
      if (!(error instanceof PlinthError)) throw error;
      // The workspace is archived or deleted.
      for (const subscriber of [...this.#subscribers]) this.refuse(subscriber, error);
      return;
    }
    // An older one was being read while another check applied a change.
    if (this.#revision !== undefined && catalog.revision > this.#revision) {
      this.#revision = catalog.revision;
      // One after the other: an older catalog must not come last.
      this.#renewal = this.#renewal.catch(() => {}).then(() => this.#renew(catalog));
    }
    // Another caller's renewal may be running. Nobody's check has ended before it.
    await this.#renewal;
  }

  async #checkCredentials(now: number): Promise<void> {
    const held = [...this.#subscribers].filter(({ grant }) => grant.credential.kind !== "none");
    if (held.length === 0) return;
    const alive = await validCredentials(
      this.options.driver,
      held.map(({ grant }) => grant.credential),
      now,
    );
    for (const subscriber of held) {
      const { credential } = subscriber.grant;
      if (credential.kind !== "none" && !alive.has(credentialKey(credential))) {
        this.refuse(subscriber, refusalOf(subscriber.grant));
      }
    }
  }

  async #renew(catalog: RequestContext["catalog"]): Promise<void> {
    const { engine, driver } = this.options;
    // Another replica may have made the change, so this replica's cache of keys and sessions may be out of date.
    forgetKeys(engine);
    forgetSessions(engine);
    const everyone = [...this.#subscribers];
    const grants = await renewGrants(
      engine,
      driver,
      everyone.map(({ grant }) => grant),
    ).catch((error) => {
      // Older than any, so that the next check renews them.
      this.#revision = -1;
      throw error;
    });
    for (const [i, subscriber] of everyone.entries()) {
      if (!this.#subscribers.has(subscriber)) continue;
      const grant = grants[i];
      try {
        if (!grant) throw refusalOf(subscriber.grant);
        subscriber.grant = grant;
        subscriber.renew(this.contextFor(grant.principal, catalog));
      } catch (error) {
        if (error instanceof PlinthError) this.refuse(subscriber, error);
        else throw error;
      }
    }
  }

  /** Sends the reason, and ends the subscription. */
  refuse(subscriber: Subscriber, error: PlinthError): void {
    this.remove(subscriber);
    subscriber.connection.end(error);
  }

  /** Keeps connections open, and sends the position to subscribers that have received nothing for long. */
  #beat(): void {
    const beats = new Map<string, EncodedBatch>();
    for (const subscriber of this.#subscribers) {
      const position = subscriber.position?.() ?? "";
      let heartbeat = beats.get(position);
      if (!heartbeat) {
        heartbeat = new EncodedBatch([{ json: "", position: position || undefined }]);
        beats.set(position, heartbeat);
      }
      subscriber.connection.send(heartbeat);
    }
  }
}
