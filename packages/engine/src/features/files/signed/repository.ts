import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, database, eq, mustFindAtMost, ne, or, statement, toQuery } from "@plinth/db/tables";
import type { FileLocation } from "../file-items.ts";
import { urlRevocations } from "./tables.ts";

export type Revocation = Pick<typeof urlRevocations.$inferSelect, "bucket" | "path" | "id">;

/** The files of which URLs end: all of a workspace, of a bucket (`path` is empty), or one. */
export interface UrlScope extends FileLocation {
  readonly workspaceId: string;
}

/** The revocations of a file: its workspace's, its bucket's and its own, as far as there are any. */
export async function lastRevocations(
  driver: SqlDriver,
  { workspaceId, bucket, path }: UrlScope,
): Promise<Revocation[]> {
  const all = eq(urlRevocations.bucket, "");
  const own = and(eq(urlRevocations.bucket, bucket), or(eq(urlRevocations.path, ""), eq(urlRevocations.path, path)));
  return database(driver)
    .select({ bucket: urlRevocations.bucket, path: urlRevocations.path, id: urlRevocations.id })
    .from(urlRevocations)
    .where(and(eq(urlRevocations.workspaceId, workspaceId), or(all, own)))
    .orderBy(asc(urlRevocations.bucket), asc(urlRevocations.path));
}

/** In place of the last one; that of a bucket or workspace stands for those of all within it. */
export function recordRevocation(driver: SqlDriver, { workspaceId, bucket, path }: UrlScope, id: string): SqlQuery[] {
  const text = `insert into plinth_files_url_revocations (workspace_id, bucket, path, id) values (?1, ?2, ?3, ?4)
    on conflict (workspace_id, bucket, path) do update set id = excluded.id`;
  const set = statement(driver, text, [workspaceId, bucket, path, id]);
  if (path !== "") return [set];
  const within =
    bucket === "" ? ne(urlRevocations.bucket, "") : and(eq(urlRevocations.bucket, bucket), ne(urlRevocations.path, ""));
  const drop = database(driver)
    .delete(urlRevocations)
    .where(and(eq(urlRevocations.workspaceId, workspaceId), within));
  return [toQuery(drop), set];
}

/** The statements that fail their batch under the label where the workspace has more revocations of files. */
export function mustHaveFewRevocations(
  driver: SqlDriver,
  workspaceId: string,
  most: number,
  label: string,
): SqlQuery[] {
  const rows = database(driver)
    .select({ path: urlRevocations.path })
    .from(urlRevocations)
    .where(and(eq(urlRevocations.workspaceId, workspaceId), ne(urlRevocations.path, "")));
  return mustFindAtMost(driver, label, { most, name: `file URLs ${workspaceId}`, rows });
}
