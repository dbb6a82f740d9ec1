/**
 * A pool of postgres-js clients with one connection each. The package's own pool cannot guarantee that a transaction
 * gets an idle connection without a round trip, which is what makes pipelined transactions safe. And a client is used
 * for one connection only: after a loss, postgres-js 3.4.9 can leave a query unanswered for ever, and can send the rest
 * of an old message ahead of the new connection's first (`closed()` keeps `chunk` and `nextWriteTimer`).
 *
 * Single statements share a connection up to `DEPTH` when all are taken; a transaction has its own. All waiting work is
 * in one queue, so a stream of reads cannot starve a transaction.
 */
import { DataError } from "@plinth/core";
import type { PostgresClient } from "./postgres-client.ts";
import type { Plans } from "./postgres-plans.ts";

export interface Member {
  client: PostgresClient;
  /** Callbacks of the active work for a lost connection. */
  readonly pending: Set<(error: unknown) => void>;
  readonly plans: Plans;
  load: number;
  exclusive: boolean;
  /** Its connection is replaced before the next work. */
  outdated: boolean;
}

export interface Pool {
  use<T>(exclusive: boolean, work: (member: Member) => Promise<T>): Promise<T>;
  /** From now on all work gets connections that are opened anew. */
  reopen(): void;
  close(): Promise<void>;
}

interface Waiter {
  exclusive: boolean;
  start(member: Member): void;
  fail(error: unknown): void;
}

const lost = () => new DataError("unavailable", { message: "the database connection was lost" });

const DEPTH = 8;
/** Plans use memory on the server; a connection with this many is replaced when it is idle. */
const MAX_PLANS = 500;

export function postgresPool(options: { open: (onclose: () => void) => PostgresClient; max: number }): Pool {
  const members: Member[] = [];
  const waiting: Waiter[] = [];
  let closing: Promise<unknown> | undefined;

  function connect(member: Omit<Member, "client"> & { client?: PostgresClient }): Member {
    member.plans.clear();
    member.outdated = false;
    const client = options.open(() => {
      if (member.client !== client || closing) return;
      const pending = [...member.pending];
      // Later than the package's own errors, which are more specific.
      setTimeout(() => {
        for (const fail of pending) fail(lost());
      }, 0);
      renew(member as Member);
    });
    return Object.assign(member, { client });
  }

  function renew(member: Member): void {
    void member.client.end({ timeout: 0 }).catch(() => {});
    connect(member);
  }

  function available(exclusive: boolean): Member | undefined {
    let best: Member | undefined;
    for (const member of members) {
      if (member.load === 0) {
        if (member.outdated) renew(member);
        return member;
      }
      if (member.exclusive || member.outdated || member.load >= DEPTH) continue;
      if (!best || member.load < best.load) best = member;
    }
    if (members.length < options.max) {
      const member = connect({ plans: new Map(), pending: new Set(), load: 0, exclusive: false, outdated: false });
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
        if (leave(member, fail)) reject(error);
      };
      member.pending.add(fail);
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
      if (member.plans.size > MAX_PLANS && !closing) renew(member);
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
        waiting.push({ exclusive, start: (free) => run(free, exclusive, work).then(resolve, fail), fail });
      });
    },
    reopen() {
      for (const member of members) member.outdated = true;
    },
    async close() {
      for (const one of waiting.splice(0)) {
        one.fail(new DataError("unavailable", { message: "the database driver was closed" }));
      }
      closing ??= Promise.all(members.map((member) => member.client.end({ timeout: 5 })));
      await closing;
    },
  };
}
