/**
 * A pool of postgres-js clients with one connection each. The package's own pool cannot promise that a transaction gets
 * an idle connection without a round trip, and that promise is what makes pipelined transactions safe. And a client is
 * used for one connection only: after a loss, postgres-js 3.4.9 can leave a query unanswered for ever, and can send the
 * rest of an old message ahead of the new connection's first (`closed()` keeps `chunk` and `nextWriteTimer`).
 *
 * Single statements share a connection up to `DEPTH` when all are taken; a transaction has one to itself. Who must wait
 * waits in one line, so a stream of reads cannot starve a transaction.
 */
import { DataError } from "@plinth/core";
import type { PostgresClient } from "./postgres-client.ts";

export interface Member {
  client: PostgresClient;
  /** Rejects when the client's connection is gone. */
  lost: Promise<never>;
  /** Statements that are prepared on this connection, and whether the server has answered the first use. */
  readonly plans: Map<string, boolean>;
  load: number;
  exclusive: boolean;
}

export interface Pool {
  use<T>(exclusive: boolean, work: (member: Member) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Waiter {
  exclusive: boolean;
  start(member: Member): void;
  fail(error: unknown): void;
}

const DEPTH = 8;
/** Plans take memory on the server; a connection that has this many is replaced when it is idle. */
const MAX_PLANS = 500;

export function postgresPool(options: { open: (onclose: () => void) => PostgresClient; max: number }): Pool {
  const members: Member[] = [];
  const waiting: Waiter[] = [];
  let closing: Promise<unknown> | undefined;

  function connect(member: Pick<Member, "plans"> & Partial<Member>): Member {
    member.plans.clear();
    member.lost = new Promise((_, reject) => {
      const client = options.open(() => {
        // Later than the package's own answers, which tell more.
        setTimeout(() => reject(new DataError("unavailable", { message: "the database connection was lost" })), 0);
        if (member.client === client && !closing) renew(member as Member);
      });
      member.client = client;
    });
    member.lost.catch(() => {});
    return Object.assign(member, { load: member.load ?? 0, exclusive: member.exclusive ?? false }) as Member;
  }

  function renew(member: Member): void {
    void member.client.end({ timeout: 0 }).catch(() => {});
    connect(member);
  }

  function available(exclusive: boolean): Member | undefined {
    let best: Member | undefined;
    for (const member of members) {
      if (member.load === 0) return member;
      if (member.exclusive || member.load >= DEPTH) continue;
      if (!best || member.load < best.load) best = member;
    }
    if (members.length < options.max) {
      const member = connect({ plans: new Map() });
      members.push(member);
      return member;
    }
    return exclusive ? undefined : best;
  }

  async function run<T>(member: Member, exclusive: boolean, work: (member: Member) => Promise<T>): Promise<T> {
    member.load++;
    member.exclusive = exclusive;
    try {
      return await Promise.race([work(member), member.lost]);
    } finally {
      member.load--;
      if (exclusive) member.exclusive = false;
      if (member.load === 0 && member.plans.size > MAX_PLANS && !closing) renew(member);
      drain();
    }
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
    async close() {
      for (const one of waiting.splice(0)) {
        one.fail(new DataError("unavailable", { message: "the database driver was closed" }));
      }
      closing ??= Promise.all(members.map((member) => member.client.end({ timeout: 5 })));
      await closing;
    },
  };
}
