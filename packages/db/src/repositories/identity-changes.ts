import type { SqlDriver } from "@plinth/core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";

export type IdentityChangeKind = "session" | "user" | "keys" | "issuers";

export interface IdentityChange {
  readonly kind: IdentityChangeKind;
  /** The id of the session, the user or the workspace. */
  readonly subject: string;
  /** Greater for a later change of one subject. */
  readonly seq: number;
}

/** Where a reader of identity changes begins that has read none. */
export const FIRST_IDENTITY_CHANGE = "0";

/**
 * The changes that were committed since `start`, and where the next read begins. One may come twice, and none is missed,
 * however long its transaction took.
 */
export async function readIdentityChanges(
  driver: SqlDriver,
  start: string,
  limit: number,
): Promise<{ readonly changes: IdentityChange[]; readonly next: string }> {
  const dialect = dialectOf(driver);
  const { next, from } = dialect.log.unordered;
  const sql = `select s.next, c.kind, c.subject, c.seq
    from (select ${next("plinth_identity_changes")} as next) s
    left join plinth_identity_changes c on ${from("?1")} limit ${limit}`;
  const rows = await driver.all(numbered(dialect, sql, [start]));
  return {
    next: rows[0]!.next as string,
    changes: rows.flatMap(({ kind, subject, seq }) =>
      kind === null ? [] : [{ kind: kind as IdentityChangeKind, subject: subject as string, seq: Number(seq) }],
    ),
  };
}

/** Deletes changes from before a time, by the database's clock. */
export async function trimIdentityChanges(driver: SqlDriver, olderThanMs: number): Promise<void> {
  const dialect = dialectOf(driver);
  const sql = `delete from plinth_identity_changes where at < ${dialect.log.now} - cast(?1 as bigint)`;
  await driver.run(numbered(dialect, sql, [olderThanMs]));
}
