/**
 * Which of the requests that arrive at once may work, and which wait. Health checks, reads by key and writes are quick
 * and never wait here. Lists have slots, exports and aggregates fewer of their own, so that neither can use up the
 * database, and imports, so that they cannot use up the memory. What finds no slot waits in a bounded queue, which
 * serves callers in turn; beyond the bound it is refused.
 */
import { type Awaitable, type Config, type Log, type Platform, PlinthError, recover, whenDone } from "@plinth/core";
import { clientNetwork } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv, LoadClass, LoadFigures, RequestLimits } from "../context.ts";
import { incomingRequestOf } from "../incoming-request.ts";
import { type AdmissionCaller, fairest, greediest, isWithin, type Shares } from "./fair-share.ts";
import { HeldBytesLimit, UPLOAD_BYTES } from "./held-bytes.ts";
import { InFlight } from "./in-flight.ts";
import { PausableSlot } from "./pausable-slot.ts";
import type { Handler } from "./route.ts";
import { TURN_MS, Turn } from "./turn.ts";
import { warnOnce } from "./warn-once.ts";

const SLOTS: Readonly<Record<LoadClass, number>> = { list: 16, bulk: 4, import: 8, fetch: 8 };
const SHARES: Shares = { caller: 0.5, workspace: 1 };
/** How long these last is up to somebody else's server. */
const FETCH_SHARES: Shares = { caller: 0.25, workspace: 0.5 };
/** Files with slow readers beside those that run. */
const PAUSED_PER_SLOT = 8;
const MAX_WAIT_MS = 10_000;
/** Clients that ask again at once would keep the server busy with refusals. */
export const REFUSE_AFTER_MS = 500;
/** Status of a request whose client has left; nobody sees it. */
const CLIENT_CLOSED = 499;

export interface Admission extends RequestLimits {
  /** The handler behind the gate of its load. */
  admitted(load: LoadClass, handler: Handler): Handler;
  /** For requests with a load, before their caller is known: many that arrive at once let quick requests in between. */
  inTurn(load: LoadClass, handler: Handler): Handler;
}

/**
 * Hosts that keep no process limit requests themselves. There no request may wait for another, whose timers and promises
 * end with it, and a request that the host ends is never counted out.
 */
export function admissionOf({ streams, config, log }: Pick<Platform, "streams" | "config" | "log">): Admission {
  return streams === undefined ? createAdmission(config, log) : UNLIMITED;
}

const IDLE: LoadFigures = { running: 0, waiting: 0, refused: 0, dropped: 0 };

const UNLIMITED: Admission = {
  admitted: (_, handler) => handler,
  inTurn: (_, handler) => handler,
  start: (_, work) => work(),
  enter: () => undefined,
  hold() {},
  holdUpload: () => ({ grow() {}, renew() {}, release() {} }),
  send: () => undefined,
  leave() {},
  inSlot: (_, __, work) => work(),
  figures: () => ({ list: IDLE, bulk: IDLE, import: IDLE, fetch: IDLE }),
};

export function createAdmission(
  config: Pick<Config, "maxWaiting" | "maxInFlight" | "maxBodyBytes" | "maxAnswerBytes" | "trustProxy">,
  log: Log,
  turnMs = TURN_MS,
): Admission {
  const { maxWaiting } = config;
  const warn = warnOnce(log);
  const lane = (load: LoadClass) => new Lane(load, { slots: SLOTS[load], maxWaiting, turnMs }, warn);
  const lanes = { list: lane("list"), bulk: lane("bulk"), import: lane("import"), fetch: lane("fetch") };
  const inFlight = new InFlight(config, warn);
  const arrivals = new Turn(() => {}, turnMs);
  const bodies = new HeldBytesLimit("bodies of the requests in progress", config.maxBodyBytes, config, warn);
  const uploads = new HeldBytesLimit("uploads in progress", UPLOAD_BYTES, config, warn);
  const answers = new HeldBytesLimit("answers that are being sent", config.maxAnswerBytes, config, warn);
  return {
    admitted(load, handler) {
      const lane = lanes[load];
      return (c) => lane.run(c, handler);
    },
    inTurn(load, handler) {
      const { turn } = lanes[load];
      return (c) => turn.run(() => handler(c));
    },
    start: (request, work) => (inFlight.mayWait(request) ? arrivals.run(work) : work()),
    enter: (request, host) => inFlight.enter(request, host),
    hold(state, headers, bytes) {
      state.heldBytes ??= bodies.holder(headers, state.host);
      bodies.take(state.heldBytes, bytes);
    },
    holdUpload: (state, headers, end) => uploads.holdUpload(uploads.holder(headers, state.host), end),
    send(state, headers, bytes, begin) {
      const held = answers.holder(headers, state.host);
      try {
        answers.take(held, bytes);
      } catch (error) {
        state.pauseMs = REFUSE_AFTER_MS;
        throw error;
      }
      const answer = begin();
      answers.mayEnd(held, answer.end);
      void answer.ended.then(() => answers.release(held));
      return answer;
    },
    leave({ address, heldBytes }) {
      inFlight.leave(address);
      if (heldBytes) bodies.release(heldBytes);
    },
    async inSlot(c, load, work) {
      let done: { readonly result: Awaited<ReturnType<typeof work>> } | undefined;
      await lanes[load].run(c, async () => {
        done = { result: await work() };
        return new Response();
      });
      if (!done) throw overloaded(0);
      return done.result;
    },
    figures: () => ({
      list: lanes.list.figures,
      bulk: lanes.bulk.figures,
      import: lanes.import.figures,
      fetch: lanes.fetch.figures,
    }),
  };
}

interface WaitingRequest extends AdmissionCaller {
  start(): void;
  refuse(error: PlinthError): void;
}

class Lane {
  #waiting: WaitingRequest[] = [];
  #running: AdmissionCaller[] = [];
  readonly #slots = new Set<PausableSlot>();
  readonly #resuming: (() => void)[] = [];
  #refused = 0;
  #dropped = 0;
  /** The mean duration, for `Retry-After`. */
  #meanMs = 50;
  readonly turn: Turn;
  readonly #share: Shares;

  constructor(
    private readonly load: LoadClass,
    private readonly limits: { readonly slots: number; readonly maxWaiting: number; readonly turnMs: number },
    private readonly warn: (what: string, limit: number) => void,
  ) {
    this.turn = new Turn(() => this.#next(), limits.turnMs);
    const { caller, workspace } = load === "fetch" ? FETCH_SHARES : SHARES;
    this.#share = { caller: Math.ceil(limits.slots * caller), workspace: Math.ceil(limits.slots * workspace) };
  }

  get figures(): LoadFigures {
    const [running, waiting] = [this.#running.length, this.#waiting.length];
    return { running, waiting, refused: this.#refused, dropped: this.#dropped };
  }

  run(c: Context<AppEnv>, handler: Handler): Awaitable<Response> {
    const caller = callerOf(c);
    // Where a slot is free, a waiting caller has its whole share already.
    if (!this.#free() || !isWithin(this.#share, caller, this.#running)) return this.#wait(c, handler, caller);
    return this.#start(c, handler, caller);
  }

  #free(): boolean {
    return this.#running.length < this.limits.slots && !this.turn.isOver;
  }

  #start(c: Context<AppEnv>, handler: Handler, caller: AdmissionCaller): Awaitable<Response> {
    const began = performance.now();
    this.turn.begin();
    this.#running.push(caller);
    const slot = this.#slotOf(caller);
    c.env.slot = slot;
    const finish = (): void => {
      this.#meanMs += (performance.now() - began - this.#meanMs) / 16;
      this.#slots.delete(slot);
      slot.end();
    };
    const end = (): void => {
      // A file that is still sent keeps its slot, except while its reader is slow.
      if (c.env.streaming) void c.env.streaming.then(finish);
      else finish();
    };
    const response = recover(
      () => handler(c),
      (error) => {
        end();
        throw error;
      },
    );
    return whenDone(response, (answered) => {
      end();
      return answered;
    });
  }

  #slotOf(caller: AdmissionCaller): PausableSlot {
    const slot = new PausableSlot({
      mayPause: () => [...this.#slots].filter(({ isPaused }) => isPaused).length < this.limits.slots * PAUSED_PER_SLOT,
      enter: (begin) => {
        this.#resuming.push(() => {
          this.#running.push(caller);
          begin();
        });
        this.#next();
      },
      leave: () => {
        this.#running.splice(this.#running.indexOf(caller), 1);
        this.#next();
      },
    });
    this.#slots.add(slot);
    return slot;
  }

  #next(): void {
    // Files that have begun come first.
    while (this.#resuming.length > 0 && this.#free()) this.#resuming.shift()!();
    while (this.#waiting.length > 0 && this.#free()) {
      const next = fairest(
        this.#waiting.filter((one) => isWithin(this.#share, one, this.#running)),
        this.#running,
      );
      if (!next) return;
      this.#take(next).start();
    }
  }

  #take(one: WaitingRequest): WaitingRequest {
    const at = this.#waiting.indexOf(one);
    if (at >= 0) this.#waiting.splice(at, 1);
    return one;
  }

  #wait(c: Context<AppEnv>, handler: Handler, caller: AdmissionCaller): Promise<Response> {
    const { signal } = c.req.raw;
    if (signal.aborted) {
      this.#dropped++;
      return Promise.resolve(clientClosed());
    }
    return new Promise((resolve, reject) => {
      const settle = (work: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", left);
        work();
      };
      const one: WaitingRequest = {
        ...caller,
        start: () => settle(() => resolve(this.#start(c, handler, caller))),
        refuse: (error) =>
          settle(() => {
            c.env.pauseMs = REFUSE_AFTER_MS;
            reject(error);
          }),
      };
      const left = (): void => {
        this.#dropped++;
        this.#take(one);
        settle(() => resolve(clientClosed()));
      };
      const timer = setTimeout(() => this.#refuse(this.#take(one)), MAX_WAIT_MS);
      signal.addEventListener("abort", left);
      this.#waiting.push(one);
      if (this.#waiting.length > this.limits.maxWaiting) this.#refuse(this.#take(this.#greediest(one)));
    });
  }

  /** Under load nearly all refusals are of the caller who fills the queue, which needs no comparison. */
  #greediest(newest: WaitingRequest): WaitingRequest {
    const own = this.#waiting.reduce((count, { caller }) => (caller === newest.caller ? count + 1 : count), 0);
    return own > this.#waiting.length / 2 ? newest : greediest(this.#waiting);
  }

  #refuse(one: WaitingRequest): void {
    this.#refused++;
    this.warn(this.load, this.limits.maxWaiting);
    const ahead = (this.#waiting.length + 1) / this.limits.slots;
    one.refuse(overloaded(Math.max(1, Math.min(30, Math.ceil((ahead * this.#meanMs) / 1000)))));
  }
}

function callerOf(c: Context<AppEnv>): AdmissionCaller {
  const { workspaceId: workspace, id } = c.env.principal;
  const stranger = id === undefined;
  const caller = id ?? clientNetwork(c.env.platform.config, incomingRequestOf(c)) ?? "";
  return { workspace, caller, stranger };
}

function clientClosed(): Response {
  return new Response(null, { status: CLIENT_CLOSED });
}

function overloaded(retryAfter: number): PlinthError {
  return new PlinthError("OVERLOADED", undefined, { retry_after: retryAfter });
}
