import type { Retention, SqlDriver, SqlRow } from "@plinth/core";
import { dialectOf } from "../dialects/index.ts";

/**
 * Begins the log anew where the database was restored into a server that has not come to the log's transactions yet: new
 * changes would come among the old ones, or before the mark of what was trimmed, and no reader would see them. Readers of
 * the old log, whoever keeps their position, get `GONE`.
 */
export async function restartForeignLog(driver: SqlDriver): Promise<void> {
  const { renumbered } = dialectOf(driver).log.retention;
  if (renumbered) await driver.run({ sql: renumbered, params: [] });
}

/**
 * Deletes the oldest changes, a bounded number of them. Returns how many it deleted, and whether more are due. Several
 * instances may do so at once: rows that another one deleted are skipped.
 */
export async function trimChanges(driver: SqlDriver, keep: Retention): Promise<{ trimmed: number; more: boolean }> {
  await restartForeignLog(driver);
  const { oldest, trim } = dialectOf(driver).log.retention;
  const rows = await driver.all({ sql: oldest, params: [keep.pass] });
  if (rows.length === 0) return { trimmed: 0, more: false };
  const upTo = BigInt(rows[0]!.newest as string) - BigInt(keep.rows);
  const due = (row: SqlRow): boolean => BigInt(row.seq as string) <= upTo || Number(row.at) < keep.before;
  const kept = rows.findIndex((row) => !due(row));
  const trimmed = kept === -1 ? rows.length : kept;
  if (trimmed === 0) return { trimmed, more: false };
  const { xid, seq } = rows[trimmed - 1]!;
  await driver.batch(trim(xid!, seq!));
  return { trimmed, more: trimmed === keep.pass };
}
