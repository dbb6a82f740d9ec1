/**
 * A pool of postgres-js clients with one connection each. The package's own pool cannot guarantee that a transaction
 * gets an idle connection without a round trip, which is what makes pipelined transactions safe. And a client is used
 * for one connection only: after a loss, postgres-js 3.4.9 can leave a query unanswered for ever, and can send the rest
 * of an old message ahead of the new connection's first (`closed()` keeps `chunk` and `nextWriteTimer`).
 *
 * Single statements share a connection up to `DEPTH` when all are taken; a transaction has its own. All waiting work is
 * in one queue, so a stream of reads cannot starve a transaction. Work that a silent server does not answer is given up.
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
  load: number;
  exclusive: boolean;
  /** Takes no more work, and is replaced before the next, or when it is idle. */
  stale: boolean;
}

export interface Pool {
  use<T>(exclusive: boolean, work: (member: Member) => Promise<T>): Promise<T>;
  /** From now on all work gets connections that are opened anew. */
  reopen(): void;
  close(): Promise<void>;
}

interface Waiter {
  readonly since: number;
  exclusive: boolean;
  start(member: Member): void;
  fail(error: unknown): void;
}

const lost = () => new DataError("unavailable", { message: "the database connection was lost", unreachable: true });

const silent = () => new DataError("unavailable", { message: "the database does not answer", unreachable: true });

const DEPTH = 8;
/** Plans use memory on the server; a connection with this many is replaced when it is idle. */
const MAX_PLANS = 500;

export function postgresPool(options: { open: (onclose: () => void) => PostgresClient; max: number }): Pool {
  const members: Member[] = [];
  const waiting: Waiter[] = [];
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

  function available(exclusive: boolean): Member | undefined {
    let best: Member | undefined;
    for (const member of members) {
      if (member.load === 0) {
        if (member.stale) renew(member);
        return member;
      }
      if (member.exclusive || member.stale || member.load >= DEPTH) continue;
      if (!best || member.load < best.load) best = member;
    }
    if (members.length < options.max) {
      const member = connect({ plans: new Map(), pending: new Map(), load: 0, exclusive: false, stale: false });
      members.push(member);
      return member;
    }
    return exclusive ? undefined : best;
  }

  function run<T>(member: Member, exclusive: boolean, work: (member: Member) => Promise<T>): Promise<T> {
    member.load++;
    member.exclusive = exclusive;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        if (needsNewConnection(error)) member.stale = true;
        if (leave(member, fail)) reject(error);
      };
      member.pending.set(fail, performance.now());
      dog.watch();
      work(member).then((value) => {
        if (leave(member, fail)) resolve(value);
      }, fail);
    });
  }

  /** False if the work was abandoned before. */
  function leave(member: Member, fail: (error: unknown) => void): boolean {
    if (!member.pending.delete(fail)) return false;
    member.load--;
    if (member.load === 0) {
      member.exclusive = false;
      if ((member.stale || member.plans.size > MAX_PLANS) && !closing) renew(member);
    }
    drain();
    return true;
  }

  function drain(): void {
    while (waiting.length > 0 && !closing) {
      const member = available(waiting[0]!.exclusive);
      if (!member) return;
      waiting.shift()!.start(member);
    }
  }

  return {
    use(exclusive, work) {
      if (closing) return Promise.reject(new DataError("unavailable", { message: "the database driver is closed" }));
      const member = waiting.length === 0 ? available(exclusive) : undefined;
      if (member) return run(member, exclusive, work);
      return new Promise((resolve, fail) => {
        waiting.push({
          since: performance.now(),
          exclusive,
          start: (free) => run(free, exclusive, work).then(resolve, fail),
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
