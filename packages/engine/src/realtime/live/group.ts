import { type Awaitable, type Change, type LogPosition, PlinthError, variablesOf } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { hash32 } from "../../kernel/hash32.ts";
import { newBudget } from "../../kernel/request-budget.ts";
import { EncodedBatch, messageOf, parseToken, type ResumeState } from "../encoded-batch.ts";
import { TIMED_MS } from "../group-clock.ts";
import type { LogTail, TailListener, TailPage } from "../log-tail.ts";
import { visibleRow } from "../visibility.ts";
import type { Subscriber, WorkspaceSubscribers } from "../workspace-subscribers.ts";
import { checksum, diff, type LiveRow, liveRow } from "./diff.ts";
import type { LiveQuery } from "./query.ts";
import { type Gap, Window } from "./window.ts";

export interface LiveMember extends Subscriber {
  /** The checksum of the client's result. If it equals the group's own, nothing needs to be sent. */
  known: string | undefined;
  live: boolean;
  /** The state that its host stored. An equal result is not sent again. */
  resume: ResumeState | undefined;
}

/** Changes within this time are sent together, and cause one read. */
const GATHER_MS = 15;
/** A query that takes long to read is read less often. */
const REST_FACTOR = 3;
const MAX_REST_MS = 2000;
const MAX_FAILURES = 5;

/** One live query under one set of rights: computed once for all its subscribers. */
export class LiveGroup implements TailListener {
  readonly members = new Set<LiveMember>();
  readonly tail: LogTail;
  readonly #rights: string;
  #sent: LiveRow[] | undefined;
  #checksum = "";
  #window: Window | undefined;
  /** Changes that arrived while the window was being read. */
  #pending: Change[] = [];
  #stale = true;
  #busy = false;
  #reading = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timed: ReturnType<typeof setInterval> | undefined;
  #lastMs = 0;
  #failures = 0;

  constructor(
    readonly subscribers: WorkspaceSubscribers,
    readonly key: string,
    private readonly ctx: RequestContext,
    readonly query: LiveQuery,
  ) {
    this.tail = subscribers.tail;
    this.#rights = hash32(key);
    if (query.timed) this.#timed = setInterval(() => this.#reread(), TIMED_MS);
  }

  get busy(): boolean {
    return this.#busy || this.#timer !== undefined;
  }

  take(page: TailPage): void {
    const { visibility, dependsOn, window } = this.query;
    const own = page.byCollection.get(visibility.collection.id) ?? [];
    if (window) {
      for (const change of own) if (this.#touches(change)) this.#apply(change);
      return;
    }
    const touched =
      [...dependsOn].some((id) => page.byCollection.has(id)) ||
      (visibility.dependsOn.size > 0 ? own.length > 0 : own.some((change) => this.#touches(change)));
    if (touched) this.#reread();
  }

  reset(_place: LogPosition): void {
    this.#reread();
  }

  /** A new member gets the whole result as soon as it is known. */
  join(member: LiveMember): void {
    this.members.add(member);
    if (this.#sent) this.#greet(member, new Map());
    else if (!this.#holds(member.resume)) this.#schedule(0);
  }

  /** A member resumed from the log tail's position is up to date: nothing has to be read until a change. */
  #holds(resume: ResumeState | undefined): boolean {
    if (!resume || this.query.timed) return false;
    const { token, idleAt } = parseToken(resume.token);
    return token.startsWith(`${this.#rights}.`) && idleAt !== undefined && this.subscribers.tail.complete(idleAt);
  }

  /** A member's token: the rights, and the checksum of its result. */
  tokenOf({ live, resume }: LiveMember): string {
    if (live) return this.#token();
    return resume ? parseToken(resume.token).token : "";
  }

  #token(): string {
    return `${this.#rights}.${this.#checksum}`;
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#timed);
  }

  /** Whether a change concerns the result: the query's filter matches the row before or after it. */
  #touches({ before, after }: Change): boolean {
    const { visibility } = this.query;
    const { principal } = this.ctx;
    const variables = this.query.timed ? variablesOf(principal, this.ctx.engine.clock.now()) : this.ctx.variables;
    return (
      (after !== null && visibleRow(visibility, after, variables) !== null) ||
      (before !== null && visibleRow(visibility, before, variables) !== null)
    );
  }

  #apply(change: Change): void {
    // A running read may miss this change; a later read will include it.
    if (this.#reading) this.#pending.push(change);
    else if (!this.#stale) this.#window?.apply(change, this.ctx.variables);
    this.#schedule(this.#gatherMs);
  }

  #reread(): void {
    this.#stale = true;
    this.#schedule(this.#gatherMs);
  }

  get #gatherMs(): number {
    return this.subscribers.options.gatherMs ?? GATHER_MS;
  }

  /** Something must be read before the next result. */
  get #lacking(): boolean {
    return this.#stale || (this.#window?.short ?? false);
  }

  #schedule(ms: number): void {
    if (this.#busy) return;
    const rest = this.#lacking ? Math.min(this.#lastMs * REST_FACTOR, MAX_REST_MS) : 0;
    this.#timer ??= setTimeout(() => void this.#flush(), Math.max(ms, rest));
  }

  async #flush(): Promise<void> {
    this.#timer = undefined;
    this.#busy = true;
    try {
      this.#send(await this.#result());
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#busy = false;
    }
    if (this.#lacking && this.members.size > 0) this.#schedule(this.#gatherMs);
  }

  async #result(): Promise<LiveRow[]> {
    const window = this.#stale ? undefined : this.#window;
    if (window && !window.short) return window.shown;
    const gap = window?.gap;
    return window && gap ? this.#refill(window, gap) : this.#readWhole();
  }

  async #readWhole(): Promise<LiveRow[]> {
    const { query } = this;
    const plan = query.window;
    this.#stale = false;
    this.subscribers.counters.reads++;
    if (plan) {
      await this.#read(
        (now) => plan.read(now, plan.size + 1),
        (found) => {
          this.#window = new Window(query, found);
        },
      );
      return this.#window!.shown;
    }
    let rows: LiveRow[] = [];
    await this.#read(query.read, (read) => {
      rows = read.map((row) => liveRow(row, query.keyOf(row)));
    });
    return rows;
  }

  async #refill(window: Window, gap: Gap): Promise<LiveRow[]> {
    this.subscribers.counters.refills++;
    await this.#read(
      (now) => this.query.window!.read(now, gap.count, gap.after),
      (found) => window.fill(gap, found),
    );
    return window.shown;
  }

  /** Changes that commit from here on are in what is read, in the log, or in both. */
  async #read<T>(read: (now: RequestContext) => Awaitable<T>, take: (found: T) => void): Promise<void> {
    this.#pending = [];
    const began = this.subscribers.options.engine.clock.now();
    const budget = newBudget(this.ctx.engine.config, began);
    const now = { ...this.ctx, now: began, budget, variables: variablesOf(this.ctx.principal, began) };
    this.#reading = true;
    try {
      take(await read(now));
      // No await here: no change may be applied before the read result is stored, and none after it may be lost.
      for (const change of this.#pending.splice(0)) this.#window?.apply(change, this.ctx.variables);
    } finally {
      this.#reading = false;
    }
    this.#lastMs = this.subscribers.options.engine.clock.now() - began;
    this.#failures = 0;
  }

  #send(rows: LiveRow[]): void {
    const before = this.#sent;
    this.#sent = rows;
    const greetings = new Map<string, EncodedBatch>();
    if (!before) {
      this.#checksum = checksum(rows);
      for (const member of this.members) this.#greet(member, greetings);
      return;
    }
    const ops = diff(before, rows);
    if (ops.length === 0) return;
    this.subscribers.counters.diffs++;
    this.#checksum = checksum(rows);
    const batch = new EncodedBatch([
      messageOf({ event: "diff", ops, checksum: this.#checksum }, this.#checksum, this.#token()),
    ]);
    for (const member of this.members) {
      if (member.live && !member.connection.send(batch)) this.subscribers.remove(member);
    }
  }

  #greet(member: LiveMember, made: Map<string, EncodedBatch>): void {
    if (member.live) return;
    member.live = true;
    if (member.resume && parseToken(member.resume.token).token === this.#token()) return;
    const event = member.known === this.#checksum ? "same" : "snapshot";
    let batch = made.get(event);
    if (!batch) {
      if (event === "snapshot") this.subscribers.counters.snapshots++;
      const rows = this.#sent!.map(({ id, checksum, data }) => ({ id, checksum, data }));
      const body = { event, ...(event === "snapshot" && { rows }), checksum: this.#checksum };
      // A subscriber that has a result continues from its checksum.
      batch = new EncodedBatch([messageOf(body, this.#checksum, this.#token())]);
      made.set(event, batch);
    }
    if (!member.connection.send(batch)) this.subscribers.remove(member);
  }

  #fail(error: unknown): void {
    const { engine } = this.subscribers.options;
    // A short database outage costs the members nothing. After a longer one they reconnect by themselves.
    const passing = !(error instanceof PlinthError) && ++this.#failures < MAX_FAILURES;
    if (!(error instanceof PlinthError)) {
      engine.log.error("a live query could not be read", { collection: this.query.visibility.collection.slug, error });
    }
    if (!passing) this.#refuse(error instanceof PlinthError ? error : new PlinthError("UNAVAILABLE"));
    this.#stale = passing;
    this.#lastMs = MAX_REST_MS;
  }

  #refuse(error: PlinthError): void {
    for (const member of [...this.members]) this.subscribers.refuse(member, error);
  }
}
