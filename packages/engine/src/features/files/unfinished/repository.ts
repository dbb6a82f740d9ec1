import type { SqlDriver } from "@plinth/core";
import { database, sql } from "@plinth/db/tables";

/** What uploads that are not done take of a limit, as an expression for a guard of the batch that asks for more. */

/** The kind of an upload that is a piece of a file, and never becomes a file of its own. */
export const UPLOAD_PIECE = "piece";

type Expression = ReturnType<typeof sql>;

/** `V` where a statement has placeholders for them. */
export interface UnfinishedOf<V = string> {
  readonly workspaceId: V;
  /** Of one bucket. */
  readonly bucket?: V | undefined;
  /** Of those that this user has begun. */
  readonly user?: V | undefined;
}

/** The bytes that they have announced, or those that have arrived. */
export const unfinishedBytes = (of: UnfinishedOf<unknown>): Expression =>
  sql`(select coalesce(sum(case when u.size is null or u.size < u.received then u.received else u.size end), 0) ${among(of)})`;

/** The files that they will be. Pieces are none of their own. */
export const unfinishedFiles = (of: UnfinishedOf<unknown>): Expression =>
  sql`(select count(*) ${among(of)} and u.kind <> ${UPLOAD_PIECE})`;

/** Both as they are now. */
export async function findUnfinished(
  driver: SqlDriver,
  of: UnfinishedOf,
): Promise<{ readonly bytes: number; readonly contents: number }> {
  const columns = {
    bytes: sql`${unfinishedBytes(of)}`.mapWith(Number),
    contents: sql`${unfinishedFiles(of)}`.mapWith(Number),
  };
  const [found] = await database(driver).select(columns).from(sql`(select 1) as one`);
  return found!;
}

function among({ workspaceId, bucket, user }: UnfinishedOf<unknown>): Expression {
  const parts = [
    sql`from plinth_files_uploads u where u.workspace_id = ${workspaceId} and u.state in ('open', 'completing')`,
    ...(bucket === undefined ? [] : [sql`and u.bucket = ${bucket}`]),
    ...(user === undefined ? [] : [sql`and u.principal_kind = 'user' and u.principal_id = ${user}`]),
  ];
  return sql.join(parts, sql` `);
}
