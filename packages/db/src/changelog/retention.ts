import type { SqlDriver, SqlQuery, SqlRow } from "@plinth/core";

export interface Retention {
  /** Changes made before this instant may go; milliseconds since the epoch. */
  readonly before: number;
  /** Changes beyond so many may go. */
  readonly rows: number;
  /** Most changes that one pass takes away. */
  readonly pass: number;
}

const XMIN = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
const XMAX = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint";

const SQL = {
  sqlite: {
    oldest: `select '0' as xid, cast(seq as text) as seq, cast(at as text) as at,
      (select cast(max(seq) as text) from plinth_changes) as newest
      from plinth_changes order by plinth_changes.seq limit ?1`,
    trim: [
      "delete from plinth_changes where seq <= cast(?1 as integer)",
      "update plinth_changes_trimmed set seq = cast(?1 as integer) where seq < cast(?1 as integer)",
    ],
  },
  postgres: {
    oldest: `select c.xid::text as xid, c.seq::text as seq, c.at::text as at,
      (select seq::text from plinth_changes order by xid desc, plinth_changes.seq desc limit 1) as newest
      from plinth_changes c where c.xid < ${XMIN} order by c.xid, c.seq limit $1::text::bigint`,
    trim: [
      "delete from plinth_changes where (xid, seq) <= ($1::text::bigint, $2::text::bigint)",
      `update plinth_changes_trimmed set xid = $1::text::bigint, seq = $2::text::bigint
        where (xid, seq) < ($1::text::bigint, $2::text::bigint)`,
    ],
  },
};

// Transactions are numbered by the server, so a log that was restored into another one may lie in its future, where no
// reader would ever get past it.
const FOREIGN = `delete from plinth_changes where xid >= ${XMAX}`;

/**
 * Takes away the oldest changes, a bounded number of them. Answers how many went, and whether more are due. Several
 * instances may do so at once: what one has taken away is nothing to the other.
 */
export async function trimChanges(driver: SqlDriver, keep: Retention): Promise<{ trimmed: number; more: boolean }> {
  const { oldest, trim } = SQL[driver.dialect];
  if (driver.dialect === "postgres") await driver.run({ sql: FOREIGN, params: [] });
  const rows = await driver.all({ sql: oldest, params: [keep.pass] });
  if (rows.length === 0) return { trimmed: 0, more: false };
  const upTo = BigInt(rows[0]!.newest as string) - BigInt(keep.rows);
  const due = (row: SqlRow): boolean => BigInt(row.seq as string) <= upTo || Number(row.at) < keep.before;
  const kept = rows.findIndex((row) => !due(row));
  const trimmed = kept === -1 ? rows.length : kept;
  if (trimmed === 0) return { trimmed, more: false };
  const { xid, seq } = rows[trimmed - 1]!;
  const params = driver.dialect === "postgres" ? [xid!, seq!] : [seq!];
  await driver.batch(trim.map((sql): SqlQuery => ({ sql, params })));
  return { trimmed, more: trimmed === keep.pass };
}
