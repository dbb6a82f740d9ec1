import { type Place, PlinthError, type Principal, variablesOf } from "@plinth/core";
import { forgetKeys, forgetSessions } from "../identity/state.ts";
import type { Scope } from "../kernel/engine.ts";
import { Services } from "../kernel/services.ts";
import { sourcesOf } from "../kernel/sources.ts";
import { Chunk, type Outlet, restingMark } from "./chunk.ts";
import { Feed } from "./feed.ts";
import { type Grant, living, refusalOf, renewGrants } from "./grant.ts";
import type { HubOptions, LiveFigures } from "./hub.ts";

/** Somebody who listens in a workspace, to whatever. */
export interface Subscriber {
  readonly outlet: Outlet;
  grant: Grant;
  /** Rules, roles or collections have changed. Throws where the subscriber may no longer listen. */
  renew(scope: Scope): void;
  /** The outlet is closed or about to be. */
  leave(): void | Promise<void>;
  /** Where the subscriber stands: what a heartbeat tells. */
  place?(): Place | undefined;
  /** By what it is told: see `Resumption`. */
  mark?(): string;
  /** It has something to do for as long as it listens. */
  readonly lasting?: true;
}

/** Together with the catalog's own second this keeps a change of rules below two seconds. */
const WATCH_MS = 500;
const CREDENTIALS_MS = 1000;
const HEARTBEAT_MS = 20_000;
/** How long a room without subscribers is kept, for those who reconnect. */
const LINGER_MS = 30_000;

/** One workspace's subscribers on this process, with the feed that serves them and the rights that they have. */
export class Room {
  readonly feed: Feed;
  readonly services = new Services();
  readonly #subscribers = new Set<Subscriber>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #revision = -1;
  #credentialsAt = 0;
  #heartbeatAt = 0;
  #emptySince = 0;
  #stopped = false;
  /** Closed for good, with its subscribers sent away. */
  #over = false;
  readonly #feeds: Feed[];
  /** Subscribers that are being given what they missed. */
  replaying = 0;
  readonly #onClose: (() => void)[] = [];

  constructor(
    readonly workspaceId: string,
    readonly options: HubOptions,
    readonly figures: LiveFigures,
    private readonly closed: () => void,
  ) {
    this.feed = new Feed(workspaceId, { ...options, log: options.engine.log });
    this.#feeds = [this.feed];
    this.#heartbeatAt = options.engine.clock.now();
    this.#credentialsAt = this.#heartbeatAt;
  }

  get size(): number {
    return this.#subscribers.size;
  }

  add(subscriber: Subscriber, revision: number): void {
    // It was let in just before the room closed.
    if (this.#over) {
      subscriber.outlet.end();
      subscriber.outlet.release?.();
      return;
    }
    this.#subscribers.add(subscriber);
    this.feed.load = this.#subscribers.size;
    // Whoever was let in by an older catalog is looked at again.
    if (this.#revision < 0 || revision < this.#revision) this.#revision = revision;
    this.#timer ??= setTimeout(() => void this.#watch(), WATCH_MS);
  }

  /** What is waited for is what it leaves behind. */
  remove(subscriber: Subscriber): void | Promise<void> {
    if (!this.#subscribers.delete(subscriber)) return;
    this.feed.load = this.#subscribers.size;
    subscriber.outlet.release?.();
    return subscriber.leave();
  }

  onClose(stop: () => void): void {
    this.#onClose.push(stop);
  }

  /** A feed beside the change log's, which ends with the room. */
  follow(feed: Feed): void {
    this.#feeds.push(feed);
  }

  /** All that is known to be there has been told, and nobody needs the room to go on. */
  get atRest(): boolean {
    const lasting = [...this.#subscribers].some(({ lasting }) => lasting);
    return !lasting && this.replaying === 0 && this.#feeds.every((feed) => feed.atRest);
  }

  #stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const feed of this.#feeds) feed.stop();
    for (const stop of this.#onClose.splice(0)) stop();
  }

  /** Ends all at once: the server stops, and each resumes elsewhere. */
  async close(): Promise<void> {
    this.#over = true;
    this.#stop();
    const everyone = [...this.#subscribers];
    for (const { outlet } of everyone) outlet.end();
    await Promise.all(everyone.map((subscriber) => this.remove(subscriber)));
  }

  /** Stops, and leaves the outlets open: the last that each gets is what to resume it by. */
  suspend(): void {
    this.#stop();
    for (const subscriber of [...this.#subscribers]) {
      const mark = restingMark(subscriber.mark?.() ?? "", this.feed.given);
      subscriber.outlet.send(new Chunk([{ json: "", place: subscriber.place?.(), mark }]));
      this.remove(subscriber);
    }
  }

  scopeFor(principal: Principal, catalog: Scope["catalog"]): Scope {
    const { engine, driver } = this.options;
    const now = engine.clock.now();
    const variables = variablesOf(principal, now);
    return { engine, driver, source: sourcesOf(engine, driver), principal, catalog, variables, now };
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
    if (this.#emptySince > 0 && now - this.#emptySince > LINGER_MS) {
      this.#over = true;
      this.#stop();
      this.closed();
      return;
    }
    this.#timer = setTimeout(() => void this.#watch(), WATCH_MS);
  }

  async #look(): Promise<void> {
    for (const subscriber of this.#subscribers) if (subscriber.outlet.closed) this.remove(subscriber);
    const now = this.options.engine.clock.now();
    const due = now - this.#credentialsAt >= CREDENTIALS_MS;
    if (due) this.#credentialsAt = now;
    await this.checkRights(due);
    if (now - this.#heartbeatAt >= HEARTBEAT_MS) {
      this.#heartbeatAt = now;
      this.#beat();
    }
  }

  /** Lets changed rules and roles take effect now, and with `credentials` also what has been revoked. */
  async checkRights(credentials = true): Promise<void> {
    const { engine, driver } = this.options;
    const now = engine.clock.now();
    if (credentials) await this.#checkCredentials(now);
    const catalog = await engine.catalogs.get(driver, this.workspaceId);
    if (catalog.revision === this.#revision) return;
    this.#revision = catalog.revision;
    await this.#renew(catalog, now);
  }

  async #checkCredentials(now: number): Promise<void> {
    const held = [...this.#subscribers].filter(({ grant }) => grant.credential.kind !== "none");
    if (held.length === 0) return;
    const alive = await living(
      this.options.driver,
      held.map(({ grant }) => grant.credential),
      now,
    );
    for (const subscriber of held) {
      const { credential } = subscriber.grant;
      if (credential.kind !== "none" && !alive.has(credential.id)) {
        this.refuse(subscriber, refusalOf(subscriber.grant));
      }
    }
  }

  async #renew(catalog: Scope["catalog"], now: number): Promise<void> {
    const { engine, driver } = this.options;
    // Another replica may have made the change: what this one remembers of keys and sessions may be older.
    forgetKeys(engine);
    forgetSessions(engine);
    const everyone = [...this.#subscribers];
    const grants = await renewGrants(
      driver,
      everyone.map(({ grant }) => grant),
      now,
    );
    for (const [i, subscriber] of everyone.entries()) {
      const grant = grants[i];
      try {
        if (!grant) throw refusalOf(subscriber.grant);
        subscriber.grant = grant;
        subscriber.renew(this.scopeFor(grant.principal, catalog));
      } catch (error) {
        if (error instanceof PlinthError) this.refuse(subscriber, error);
        else throw error;
      }
    }
  }

  /** Says why, and ends. */
  refuse(subscriber: Subscriber, error: PlinthError): void {
    this.remove(subscriber);
    subscriber.outlet.end(error);
  }

  /** Keeps connections open, and tells who has heard nothing for long from where to go on. */
  #beat(): void {
    const beats = new Map<string, Chunk>();
    for (const subscriber of this.#subscribers) {
      const place = subscriber.place?.() ?? "";
      let beat = beats.get(place);
      if (!beat) {
        beat = new Chunk([{ json: "", place: place || undefined }]);
        beats.set(place, beat);
      }
      subscriber.outlet.send(beat);
    }
  }
}
