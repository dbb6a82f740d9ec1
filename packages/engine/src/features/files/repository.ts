import type { SqlDriver, SqlQuery } from "@plinth/core";
import {
  and,
  asc,
  database,
  eq,
  gt,
  guardTemplate,
  inArray,
  lt,
  lte,
  mustFind,
  mustFindAtMost,
  pieces,
  rowTemplate,
  sql,
  statement,
  template,
  toQuery,
} from "@plinth/db/tables";
import { buckets, fileUsage, loose, owners } from "./tables.ts";
import { unfinishedBytes, unfinishedFiles } from "./unfinished/repository.ts";

export type BucketRow = typeof buckets.$inferSelect;
export type LooseRow = typeof loose.$inferSelect;

const bucketNamed = (workspaceId: string, name: string) =>
  and(eq(buckets.workspaceId, workspaceId), eq(buckets.name, name));

/** By their names. */
export function listBucketRows(
  driver: SqlDriver,
  workspaceId: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<BucketRow[]> {
  const own = eq(buckets.workspaceId, workspaceId);
  const where = after === undefined ? own : and(own, gt(buckets.name, after));
  return database(driver).select().from(buckets).where(where).orderBy(asc(buckets.name)).limit(limit);
}

const isBucket = () =>
  and(eq(buckets.workspaceId, sql.placeholder("workspaceId")), eq(buckets.name, sql.placeholder("name")));

const bucketRows = rowTemplate<typeof buckets, Pick<BucketRow, "workspaceId" | "name">>(buckets, isBucket);

export async function findBucketRow(
  driver: SqlDriver,
  workspaceId: string,
  name: string,
): Promise<BucketRow | undefined> {
  return (await bucketRows(driver, { workspaceId, name }))[0];
}

export function insertBucket(driver: SqlDriver, row: BucketRow): SqlQuery {
  return toQuery(database(driver).insert(buckets).values(row));
}

export type BucketSettings = Omit<BucketRow, "id" | "workspaceId" | "name" | "createdAt">;

/** Changes these columns alone. Fails its batch under the label where the bucket is gone. */
export function updateBucketQueries(
  driver: SqlDriver,
  of: Pick<BucketRow, "workspaceId" | "name">,
  settings: Partial<BucketSettings>,
  label: string,
): SqlQuery[] {
  const change = database(driver).update(buckets).set(settings);
  return [mustHaveBucket(driver, of, label), toQuery(change.where(bucketNamed(of.workspaceId, of.name)))];
}

const bucketGuard = guardTemplate<Pick<BucketRow, "workspaceId" | "name">>((driver) =>
  database(driver).select({ id: buckets.id }).from(buckets).where(isBucket()),
);

export function mustHaveBucket(
  driver: SqlDriver,
  { workspaceId, name }: Pick<BucketRow, "workspaceId" | "name">,
  label: string,
): SqlQuery {
  return bucketGuard(driver, label, { workspaceId, name });
}

export function deleteBucket(
  driver: SqlDriver,
  { workspaceId, name }: Pick<BucketRow, "workspaceId" | "name">,
): SqlQuery {
  return toQuery(database(driver).delete(buckets).where(bucketNamed(workspaceId, name)));
}

/** The statements that fail their batch under the label where the workspace then has more buckets. */
export function mustHaveFewBuckets(driver: SqlDriver, workspaceId: string, most: number, label: string): SqlQuery[] {
  const rows = database(driver).select({ id: buckets.id }).from(buckets).where(eq(buckets.workspaceId, workspaceId));
  return mustFindAtMost(driver, label, { most, name: `buckets ${workspaceId}`, rows });
}

const looseRow = template<LooseRow>((driver) => {
  const columns = ["id", "workspaceId", "remove", "since", "bytes"] as const;
  const row = Object.fromEntries(columns.map((name) => [name, sql.placeholder(name)]));
  return toQuery(
    database(driver)
      .insert(loose)
      .values(row as never),
  );
});

/** Bytes that are being sent, or are to be removed. */
export function addLooseRow(driver: SqlDriver, row: LooseRow): SqlQuery {
  return looseRow(driver, row);
}

export function addLoose(driver: SqlDriver, rows: LooseRow[]): SqlQuery {
  return toQuery(database(driver).insert(loose).values(rows));
}

/** The same, where it may have begun before: the sweeper gives it the whole time again, unless it has taken the bytes. */
export function holdLoose(driver: SqlDriver, row: Pick<LooseRow, "id" | "workspaceId" | "since">): SqlQuery {
  const text = `insert into plinth_files_loose (id, workspace_id, remove, since) values (?1, ?2, 0, ?3)
    on conflict (id) do update set since = excluded.since where plinth_files_loose.remove = 0`;
  return statement(driver, text, [row.id, row.workspaceId, row.since]);
}

/** From now on the bytes are to be removed, if there are any. */
export function removeLater(driver: SqlDriver, row: Pick<LooseRow, "id" | "workspaceId" | "since">): SqlQuery {
  const text = `insert into plinth_files_loose (id, workspace_id, remove, since) values (?1, ?2, 1, ?3)
    on conflict (id) do update set remove = 1, since = excluded.since`;
  return statement(driver, text, [row.id, row.workspaceId, row.since]);
}

/** From now on an item stands for the bytes. Fails its batch under the label where the sweeper has taken them. */
export function bindLoose(driver: SqlDriver, id: string, label: string): SqlQuery[] {
  return [heldLoose(driver, { id }), looseGuard(driver, label, { id }), looseEnd(driver, { id })];
}

const isSent = () => and(eq(loose.id, sql.placeholder("id")), eq(loose.remove, false));
/** It keeps the sweeper from the row until the commit. */
const heldLoose = template<Pick<LooseRow, "id">>((driver) =>
  toQuery(database(driver).update(loose).set({ remove: false }).where(isSent())),
);
const looseGuard = guardTemplate<Pick<LooseRow, "id">>((driver) =>
  database(driver).select({ id: loose.id }).from(loose).where(isSent()),
);
const looseEnd = template<Pick<LooseRow, "id">>((driver) => toQuery(database(driver).delete(loose).where(isSent())));

/** More of an upload is counted. Fails its batch under the label where the sweeper has taken it. */
export function growLoose(driver: SqlDriver, id: string, bytes: number, label: string): SqlQuery[] {
  const text = "update plinth_files_loose set bytes = bytes + ?2 where id = ?1 and remove = 0";
  const sent = and(eq(loose.id, id), eq(loose.remove, false));
  return [
    statement(driver, text, [id, bytes]),
    mustFind(driver, label, database(driver).select({ id: loose.id }).from(loose).where(sent)),
  ];
}

/**
 * Takes an upload that came to nothing, with what the usage has of it: none of it can become a file any more. False: it has become one, or
 * somebody else has taken it.
 */
export async function giveUpUpload(
  driver: SqlDriver,
  { id, workspaceId }: Pick<LooseRow, "id" | "workspaceId">,
  now: number,
): Promise<boolean> {
  const sent = and(eq(loose.id, id), eq(loose.remove, false));
  const release = `update plinth_files_usage set bytes = bytes - coalesce((select l.bytes from plinth_files_loose l
    where l.id = ?2 and l.remove = 0), 0) where workspace_id = ?1`;
  const results = await driver.batch([
    // Whoever takes the same upload waits here, and finds it taken.
    addUsage(driver, workspaceId, { bytes: 0, contents: 0 }),
    statement(driver, release, [workspaceId, id]),
    toQuery(database(driver).update(loose).set({ remove: true, since: now, bytes: 0 }).where(sent)),
  ]);
  return results.at(-1)!.changes > 0;
}

/** Of these ids, those of bytes that are being sent, or are to be removed. */
export async function listLooseAmong(driver: SqlDriver, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const some of pieces(driver, ids)) {
    const rows = await database(driver).select({ id: loose.id }).from(loose).where(inArray(loose.id, some));
    found.push(...rows.map(({ id }) => id));
  }
  return found;
}

/** Uploads that began before a time and never became a file. */
export function listLateUploads(driver: SqlDriver, before: number, limit: number): Promise<LooseRow[]> {
  const late = and(eq(loose.remove, false), lt(loose.since, before));
  return database(driver).select().from(loose).where(late).limit(limit);
}

/** Bytes to be removed, the longest waiting first. */
export function listToRemove(driver: SqlDriver, limit: number): Promise<LooseRow[]> {
  return database(driver).select().from(loose).where(eq(loose.remove, true)).orderBy(asc(loose.since)).limit(limit);
}

export async function deleteLoose(driver: SqlDriver, ids: readonly string[]): Promise<void> {
  for (const some of pieces(driver, ids)) await driver.run(looseDeletion(driver, some));
}

export function looseDeletion(driver: SqlDriver, ids: readonly string[]): SqlQuery {
  return toQuery(
    database(driver)
      .delete(loose)
      .where(inArray(loose.id, [...ids])),
  );
}

/** Once for each workspace. */
export function addOwner(driver: SqlDriver, workspaceId: string): SqlQuery {
  return toQuery(database(driver).insert(owners).values({ workspace: workspaceId }).onConflictDoNothing());
}

/** One that does not exist any more. */
export async function findPurgedOwner(driver: SqlDriver): Promise<string | undefined> {
  const text = `select workspace from plinth_files_owners
    where not exists (select 1 from plinth_workspaces w where w.id = workspace) limit 1`;
  return (await driver.all(statement(driver, text, [])))[0]?.workspace as string | undefined;
}

/** Workspaces that have had a bucket, and have not been deleted for good. */
export async function listOwners(driver: SqlDriver): Promise<string[]> {
  const text = `select workspace from plinth_files_owners
    where exists (select 1 from plinth_workspaces w where w.id = workspace)`;
  return (await driver.all(statement(driver, text, []))).map(({ workspace }) => workspace as string);
}

export async function deleteOwner(driver: SqlDriver, workspaceId: string): Promise<void> {
  await driver.run(toQuery(database(driver).delete(owners).where(eq(owners.workspace, workspaceId))));
}

/** Undefined: it has stored nothing yet. */
export async function findUsage(
  driver: SqlDriver,
  workspaceId: string,
): Promise<typeof fileUsage.$inferSelect | undefined> {
  return (await database(driver).select().from(fileUsage).where(eq(fileUsage.workspaceId, workspaceId)))[0];
}

export async function listWorkspacesWithContents(driver: SqlDriver): Promise<string[]> {
  const rows = await database(driver)
    .select({ id: fileUsage.workspaceId })
    .from(fileUsage)
    .where(gt(fileUsage.contents, 0));
  return rows.map(({ id }) => id);
}

export async function hasStoredFiles(driver: SqlDriver): Promise<boolean> {
  const rows = database(driver).select({ id: fileUsage.workspaceId }).from(fileUsage);
  return (await rows.where(gt(fileUsage.contents, 0)).limit(1)).length > 0;
}

/** Adds to what a workspace has stored. Until the commit, whoever else stores or removes something there waits. */
export function addUsage(
  driver: SqlDriver,
  workspaceId: string,
  { bytes, contents }: { readonly bytes: number; readonly contents: number },
): SqlQuery {
  const text = `insert into plinth_files_usage (workspace_id, bytes, contents) values (?1, ?2, ?3)
    on conflict (workspace_id) do update set bytes = plinth_files_usage.bytes + excluded.bytes,
      contents = plinth_files_usage.contents + excluded.contents`;
  return statement(driver, text, [workspaceId, bytes, contents]);
}

/** The statements that fail their batch under the label where the workspace has stored more, with what uploads that are not done will store. */
export function mustBeWithin(
  driver: SqlDriver,
  workspaceId: string,
  most: { readonly bytes: number | undefined; readonly contents: number | undefined },
  label: string,
): SqlQuery[] {
  const limits = [
    ...(most.bytes === undefined
      ? []
      : [lte(sql`${fileUsage.bytes} + ${unfinishedBytes({ workspaceId })}`, most.bytes)]),
    ...(most.contents === undefined
      ? []
      : [lte(sql`${fileUsage.contents} + ${unfinishedFiles({ workspaceId })}`, most.contents)]),
  ];
  if (limits.length === 0) return [];
  const where = and(eq(fileUsage.workspaceId, workspaceId), ...limits);
  return [mustFind(driver, label, database(driver).select({ bytes: fileUsage.bytes }).from(fileUsage).where(where))];
}
