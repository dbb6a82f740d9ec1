/**
 * Which statements the server keeps a plan for. A statement is prepared at its second use, so that SQL which is written
 * once does not fill the server's memory; and while its first preparation is under way, others of the same text go
 * unprepared, since each would be prepared under a name of its own.
 */
import type { Member } from "./postgres-pool.ts";

export interface Plan {
  readonly statement: { sql: string; prepare: boolean };
  /** Tell whether the server accepted it. */
  done(ok: boolean): void;
  settle<T>(answer: Promise<T>): Promise<T>;
}

const MAX_SEEN = 2000;

export function planner() {
  const seen = new Set<string>();
  /** Part of the text of prepared statements: a new number leaves all plans behind that a schema change made stale. */
  let suffix = "";
  let epoch = 0;

  function plan(member: Pick<Member, "plans">, sql: string): Plan {
    if (!seen.has(sql)) {
      if (seen.size >= MAX_SEEN) seen.clear();
      seen.add(sql);
      return unprepared(sql);
    }
    const text = suffix === "" ? sql : sql + suffix;
    const known = member.plans.get(text);
    if (known === true) return ready(text);
    if (known === false) return unprepared(sql);
    member.plans.set(text, false);
    return preparing(text, (ok) => (ok ? member.plans.set(text, true) : member.plans.delete(text)));
  }

  return {
    plan,
    forget() {
      epoch++;
      suffix = `\n--${epoch}`;
    },
  };
}

const nothing = () => {};

const unprepared = (sql: string): Plan => ({
  statement: { sql, prepare: false },
  done: nothing,
  settle: (answer) => answer,
});

const ready = (sql: string): Plan => ({ statement: { sql, prepare: true }, done: nothing, settle: (answer) => answer });

function preparing(sql: string, done: (ok: boolean) => void): Plan {
  return {
    statement: { sql, prepare: true },
    done,
    settle(answer) {
      answer.then(
        () => done(true),
        () => done(false),
      );
      return answer;
    },
  };
}
