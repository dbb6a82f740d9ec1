/**
 * A pool of postgres-js clients with one connection each. The package's own pool cannot guarantee that a transaction
 * gets an idle connection without a round trip, which is what makes pipelined transactions safe. And a client is used
 * for one connection only: after a loss, postgres-js 3.4.9 can leave a query unanswered for ever, and can send the rest
 * of an old message ahead of the new connection's first (`closed()` keeps `chunk` and `nextWriteTimer`).
 *
 * Single statements share a connection up to `DEPTH` when all are taken; a transaction has its own. All waiting work is
 * in one queue, so a stream of reads cannot starve a transaction. Work that a silent server does not answer is given up.
 *
 * What shares a connection with a slow read waits for it. So reads that may be slow, which have a caller, leave some
 * connections to all other work, and those of one caller are on half of the rest at most.
 */
import { DataError } from "@plinth/core";
import { isConnectionLost, needsNewConnection } from "./pg-errors.ts";
import type { PostgresClient } from "./postgres-client.ts";
import type { QueryPlans } from "./postgres-plans.ts";
import { watchdog } from "./postgres-watchdog.ts";

export interface Member {
  client: PostgresClient;
  /** Callbacks of the active work for a lost connection, the oldest first, and when it began. */
  readonly pending: Map<(error: unknown) => void, number>;
  readonly plans: QueryPlans;
  /** Of the reads on it that may be slow. */
  readonly callers: string[];
  load: number;
  exclusive: boolean;
  /** Takes no more work, and is replaced before the next, or when it is idle. */
  stale: boolean;
}

export interface Pool {
  use<T>(request: ConnectionRequest, work: (member: Member) => Promise<T>): Promise<T>;
  /** From now on all work gets connections that are opened anew. */
  reopen(): void;
  close(): Promise<void>;
}

/** What work needs of a connection. */
export interface ConnectionRequest {
  readonly exclusive: boolean;
  /** Of a read that may be slow. */
  readonly caller?: string | undefined;
}

interface Waiter {
  readonly since: number;
  readonly request: ConnectionRequest;
  start(member: Member): void;
  fail(error: unknown): void;
}

const lost = () => new DataError("unavailable", { message: "the database connection was lost", unreachable: true });

const silent = () => new DataError("unavailable", { message: "the database does not answer", unreachable: true });

const DEPTH = 8;
/** Connections without reads that may be slow. */
const QUICK = 2;
const NEW: Pick<Member, "callers"> = { callers: [] };
const hasNoSlowReads = ({ callers }: Pick<Member, "callers">) => callers.length === 0;
const always = () => true;
/** Plans use memory on the server; a connection with this many is replaced when it is idle. */
const MAX_PLANS = 500;

export function postgresPool(options: { open: (onclose: () => void) => PostgresClient; max: number }): Pool {
  const members: Member[] = [];
  const waiting: Waiter[] = [];
  const mostSlow = options.max - QUICK;
  const mostOfOne = Math.ceil(mostSlow / 2);
  let closing: Promise<unknown> | undefined;
  const dog = watchdog({ waitingSince, probe, onsilence });

  function waitingSince(): number | undefined {
    let oldest = waiting[0]?.since;
    for (const { pending } of members) {
      const [began] = pending.values();
      if (began !== undefined && (oldest === undefined || began < oldest)) oldest = began;
    }
    return oldest;
  }

  async function probe(): Promise<void> {
    const client = options.open(() => {});
    try {
      await client.unsafe("select 1");
    } catch (error) {
      // A server that refuses one more connection is alive.
      if (isConnectionLost(error)) throw error;
    } finally {
      void client.end({ timeout: 0 }).catch(() => {});
    }
  }

  function onsilence(): void {
    // First, as the work below makes room for it.
    for (const one of waiting.splice(0)) one.fail(silent());
    for (const member of members) {
      const pending = [...member.pending.keys()];
      if (pending.length === 0) continue;
      renew(member);
      for (const fail of pending) fail(silent());
    }
  }

  function connect(member: Omit<Member, "client"> & { client?: PostgresClient }): Member {
    member.plans.clear();
    const client = options.open(() => {
      if (member.client !== client || closing) return;
      const pending = [...member.pending.keys()];
      // Later than the package's own errors, which are more specific.
      setTimeout(() => {
        for (const fail of pending) fail(lost());
      }, 0);
      renew(member as Member);
    });
    return Object.assign(member, { client, stale: false });
  }

  function renew(member: Member): void {
    void member.client.end({ timeout: 0 }).catch(() => {});
    connect(member);
  }

  function available({ exclusive, caller }: ConnectionRequest): Member | undefined {
    const fits = options.max <= QUICK ? always : caller === undefined ? hasNoSlowReads : fitting(caller);
    let best: Member | undefined;
    for (const member of members) {
      if (!fits(member)) continue;
      if (member.load === 0) {
        if (member.stale) renew(member);
        return member;
      }
      if (member.exclusive || member.stale || member.load >= DEPTH) continue;
      if (!best || member.load < best.load) best = member;
    }
    if (members.length < options.max && fits(NEW)) {
      const fresh = { plans: new Map(), pending: new Map(), callers: [], load: 0, exclusive: false, stale: false };
      const member = connect(fresh);
      members.push(member);
      return member;
    }
    return exclusive ? undefined : best;
  }

  /** Which connections the next slow read of this caller may be on. */
  function fitting(caller: string): (member: Pick<Member, "callers">) => boolean {
    let slow = 0;
    let own = 0;
    for (const { callers } of members) {
      if (callers.length > 0) slow++;
      if (callers.includes(caller)) own++;
    }
    if (own >= mostOfOne) return ({ callers }) => callers.includes(caller);
    if (slow >= mostSlow) return ({ callers }) => callers.length > 0;
    return always;
  }

  function run<T>(
    member: Member,
    { exclusive, caller }: ConnectionRequest,
    work: (member: Member) => Promise<T>,
  ): Promise<T> {
    member.load++;
    member.exclusive = exclusive;
    if (caller !== undefined) member.callers.push(caller);
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        if (needsNewConnection(error)) member.stale = true;
        if (leave(member, fail, caller)) reject(error);
      };
      member.pending.set(fail, performance.now());
      dog.watch();
      work(member).then((value) => {
        if (leave(member, fail, caller)) resolve(value);
      }, fail);
    });
  }

  /** False if the work was abandoned before. */
  function leave(member: Member, fail: (error: unknown) => void, caller: string | undefined): boolean {
    if (!member.pending.delete(fail)) return false;
    member.load--;
    if (caller !== undefined) member.callers.splice(member.callers.indexOf(caller), 1);
    if (member.load === 0) {
      member.exclusive = false;
      if ((member.stale || member.plans.size > MAX_PLANS) && !closing) renew(member);
    }
    drain();
    return true;
  }

  function drain(): void {
    for (let i = 0; i < waiting.length && !closing; ) {
      const { request } = waiting[i]!;
      const member = available(request);
      if (member) waiting.splice(i, 1)[0]!.start(member);
      // A slow read waits for its share alone; nothing overtakes other work.
      else if (request.caller !== undefined) i++;
      else return;
    }
  }

  return {
    use(request, work) {
      if (closing) return Promise.reject(new DataError("unavailable", { message: "the database driver is closed" }));
      const behind = waiting.some(({ request: { caller } }) => caller === undefined || caller === request.caller);
      const member = behind ? undefined : available(request);
      if (member) return run(member, request, work);
      return new Promise((resolve, fail) => {
        waiting.push({
          since: performance.now(),
          request,
          start: (free) => run(free, request, work).then(resolve, fail),
          fail,
        });
      });
    },
    reopen() {
      for (const member of members) member.stale = true;
    },
    async close() {
      dog.stop();
      for (const one of waiting.splice(0)) {
        one.fail(new DataError("unavailable", { message: "the database driver was closed" }));
      }
      closing ??= Promise.all(members.map((member) => member.client.end({ timeout: 5 })));
      await closing;
    },
  };
}
