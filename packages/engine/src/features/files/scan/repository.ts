import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, database, eq, statement, toQuery } from "@plinth/db/tables";
import { contentScans } from "./tables.ts";

export type ContentScan = typeof contentScans.$inferSelect;

/** From the first content on, also where one is under way. */
export function beginScan(driver: SqlDriver, workspaceId: string, scan: string): SqlQuery {
  const text = `insert into plinth_files_scans (workspace_id, scan, after) values (?1, ?2, '')
    on conflict (workspace_id) do update set scan = excluded.scan, after = ''`;
  return statement(driver, text, [workspaceId, scan]);
}

export async function findScan(driver: SqlDriver, workspaceId: string): Promise<ContentScan | undefined> {
  const rows = database(driver).select().from(contentScans).where(eq(contentScans.workspaceId, workspaceId));
  return (await rows)[0];
}

/** Nothing where it has begun again, or another process has come as far. */
export async function moveScan(driver: SqlDriver, at: ContentScan, after: string | undefined): Promise<void> {
  const { workspaceId, scan } = at;
  const same = and(
    eq(contentScans.workspaceId, workspaceId),
    eq(contentScans.scan, scan),
    eq(contentScans.after, at.after),
  );
  const of = database(driver);
  const change =
    after === undefined ? of.delete(contentScans).where(same) : of.update(contentScans).set({ after }).where(same);
  await driver.run(toQuery(change));
}
