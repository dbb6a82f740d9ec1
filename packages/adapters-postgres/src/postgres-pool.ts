/**
 * A pool of postgres-js clients with one connection each. The package's own pool cannot promise that a transaction gets
 * an idle connection without a round trip, and that promise is what makes pipelined transactions safe.
 *
 * Single statements share a connection up to `DEPTH` when all are taken; a transaction has one to itself. Who must wait
 * waits in one line, so a stream of reads cannot starve a transaction.
 */
import { DataError } from "@plinth/core";
import type { PostgresClient } from "./postgres-client.ts";

export interface Member {
  client: PostgresClient;
  /** Statements that are prepared on this connection, and whether the server has answered the first use. */
  readonly plans: Map<string, boolean>;
  load: number;
  exclusive: boolean;
}

export interface Pool {
  use<T>(exclusive: boolean, work: (member: Member) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const DEPTH = 8;
/** Plans take memory on the server; a connection that has this many is replaced when it is idle. */
const MAX_PLANS = 500;

export function postgresPool(options: { open: () => PostgresClient; max: number }): Pool {
  const members: Member[] = [];
  const waiting: { exclusive: boolean; start: (member: Member) => void; fail: (error: unknown) => void }[] = [];
  let closed = false;

  function available(exclusive: boolean): Member | undefined {
    let best: Member | undefined;
    for (const member of members) {
      if (member.load === 0) return member;
      if (member.exclusive || member.load >= DEPTH) continue;
      if (!best || member.load < best.load) best = member;
    }
    if (members.length < options.max) {
      const member = { client: options.open(), plans: new Map<string, boolean>(), load: 0, exclusive: false };
      members.push(member);
      return member;
    }
    return exclusive ? undefined : best;
  }

  async function run<T>(member: Member, exclusive: boolean, work: (member: Member) => Promise<T>): Promise<T> {
    member.load++;
    member.exclusive = exclusive;
    try {
      return await work(member);
    } finally {
      member.load--;
      if (exclusive) member.exclusive = false;
      if (member.load === 0 && member.plans.size > MAX_PLANS && !closed) renew(member);
      drain();
    }
  }

  function renew(member: Member): void {
    void member.client.end().catch(() => {});
    member.client = options.open();
    member.plans.clear();
  }

  function drain(): void {
    while (waiting.length > 0 && !closed) {
      const member = available(waiting[0]!.exclusive);
      if (!member) return;
      waiting.shift()!.start(member);
    }
  }

  return {
    use(exclusive, work) {
      if (closed) return Promise.reject(new DataError("unavailable", { message: "the database driver is closed" }));
      const member = waiting.length === 0 ? available(exclusive) : undefined;
      if (member) return run(member, exclusive, work);
      return new Promise((resolve, fail) => {
        waiting.push({ exclusive, start: (free) => run(free, exclusive, work).then(resolve, fail), fail });
      });
    },
    async close() {
      closed = true;
      for (const one of waiting.splice(0)) {
        one.fail(new DataError("unavailable", { message: "the database driver was closed" }));
      }
      await Promise.all(members.map((member) => member.client.end({ timeout: 5 })));
    },
  };
}
