import type { SqlDriver, SqlQuery } from "@plinth/core";
import {
  and,
  asc,
  database,
  eq,
  gt,
  inArray,
  isNull,
  lt,
  mustFind,
  mustFindAtMost,
  or,
  pieces,
  statement,
  toQuery,
} from "@plinth/db/tables";
import { fileUploadParts as parts, fileUploads as uploads } from "./tables.ts";

export type UploadRow = typeof uploads.$inferSelect;
export type UploadPartRow = typeof parts.$inferSelect;

/** Null counts as a value. */
type UploadChange = Partial<Omit<UploadRow, "id" | "workspaceId">>;

export function insertUpload(driver: SqlDriver, row: UploadRow): SqlQuery {
  return toQuery(database(driver).insert(uploads).values(row));
}

export async function findUploadRow(
  driver: SqlDriver,
  workspaceId: string,
  id: string,
): Promise<UploadRow | undefined> {
  const where = and(eq(uploads.workspaceId, workspaceId), eq(uploads.id, id));
  return (await database(driver).select().from(uploads).where(where))[0];
}

/** Of these ids, those of objects for which there is an upload. */
export async function listUploadObjectsAmong(driver: SqlDriver, ids: readonly string[]): Promise<string[]> {
  const found: (string | null)[] = [];
  for (const some of pieces(driver, ids)) {
    const rows = database(driver).select({ content: uploads.content }).from(uploads);
    for (const { content } of await rows.where(inArray(uploads.content, some))) found.push(content);
    const tails = database(driver).select({ tail: uploads.tail }).from(uploads);
    for (const { tail } of await tails.where(inArray(uploads.tail, some))) found.push(tail);
  }
  return found.filter((id) => id !== null);
}

/** Those that are not done, the oldest first. */
export function listUnfinishedUploads(
  driver: SqlDriver,
  workspaceId: string,
  { bucket, kind, after, limit }: { bucket: string; kind: string; after?: string | undefined; limit: number },
): Promise<UploadRow[]> {
  const where = and(
    eq(uploads.workspaceId, workspaceId),
    eq(uploads.bucket, bucket),
    eq(uploads.kind, kind),
    eq(uploads.state, "open"),
    ...(after === undefined ? [] : [gt(uploads.id, after)]),
  );
  return database(driver).select().from(uploads).where(where).orderBy(asc(uploads.id)).limit(limit);
}

/** The statements that fail their batch under the label where the owner, or the workspace, has more that are not done. */
export function mustHaveFewUploads(
  driver: SqlDriver,
  { workspaceId, principalKind, principalId }: UploadRow,
  most: { readonly owner: number; readonly workspace: number },
  label: string,
): SqlQuery[] {
  const all = and(eq(uploads.workspaceId, workspaceId), inArray(uploads.state, ["open", "completing"]));
  const own = and(all, eq(uploads.principalKind, principalKind), eq(uploads.principalId, principalId));
  const select = database(driver).select({ id: uploads.id }).from(uploads);
  const again = database(driver).select({ id: uploads.id }).from(uploads);
  return [
    ...mustFindAtMost(driver, label, { most: most.owner, name: `uploads ${workspaceId}`, rows: select.where(own) }),
    ...mustFindAtMost(driver, label, { most: most.workspace, name: `uploads ${workspaceId}`, rows: again.where(all) }),
  ];
}

/** For whoever holds its lock; the statements fail their batch under the label where that is somebody else. */
export function updateLockedUpload(
  driver: SqlDriver,
  { id, token, label }: { readonly id: string; readonly token: string; readonly label: string },
  change: UploadChange,
): SqlQuery[] {
  const held = and(eq(uploads.id, id), eq(uploads.lockToken, token));
  return [
    // It keeps others from the row until the commit.
    toQuery(database(driver).update(uploads).set(change).where(held)),
    mustFind(driver, label, database(driver).select({ id: uploads.id }).from(uploads).where(held)),
  ];
}

/** False: somebody else holds it. */
export async function takeUploadLock(
  driver: SqlDriver,
  { id, token, until, now }: { id: string; token: string; until: number; now: number },
): Promise<boolean> {
  const free = and(eq(uploads.id, id), or(isNull(uploads.lockToken), lt(uploads.lockUntil, now)));
  const change = { lockToken: token, lockUntil: until, lockWanted: false };
  const { changes } = await driver.run(toQuery(database(driver).update(uploads).set(change).where(free)));
  return changes > 0;
}

export async function requestUploadLock(driver: SqlDriver, id: string): Promise<void> {
  await driver.run(toQuery(database(driver).update(uploads).set({ lockWanted: true }).where(eq(uploads.id, id))));
}

/** `lost`: somebody else has it now. `wanted`: somebody waits for it. */
export async function renewUploadLock(
  driver: SqlDriver,
  { id, token, until }: { readonly id: string; readonly token: string; readonly until: number },
): Promise<"held" | "lost" | "wanted"> {
  const held = and(eq(uploads.id, id), eq(uploads.lockToken, token));
  const { changes } = await driver.run(toQuery(database(driver).update(uploads).set({ lockUntil: until }).where(held)));
  if (changes === 0) return "lost";
  const [row] = await database(driver).select({ wanted: uploads.lockWanted }).from(uploads).where(held);
  return row === undefined ? "lost" : row.wanted ? "wanted" : "held";
}

export async function releaseUploadLock(driver: SqlDriver, id: string, token: string): Promise<void> {
  const held = and(eq(uploads.id, id), eq(uploads.lockToken, token));
  const change = { lockToken: null, lockUntil: 0, lockWanted: false };
  await driver.run(toQuery(database(driver).update(uploads).set(change).where(held)));
}

/**
 * From now on the pieces are in the upload `whole`, and their objects are to be removed. Fails its batch under the label where one of them has
 * ended, or is in another.
 */
export function spendPieces(
  driver: SqlDriver,
  given: { readonly ids: readonly string[]; readonly whole: string; readonly since: number; readonly label: string },
): SqlQuery[] {
  const { ids, whole, since, label } = given;
  const of = database(driver);
  return [...pieces(driver, ids)].flatMap((some) => {
    const open = and(inArray(uploads.id, some), inArray(uploads.state, ["open", "completing"]));
    const spent = and(inArray(uploads.id, some), eq(uploads.file, whole));
    const found = of.select({ id: uploads.id }).from(uploads).where(spent);
    return [
      ...["content", "tail"].map((column) => removeObjectsLater(driver, { column, ids: some, since })),
      toQuery(of.update(uploads).set({ state: "done", file: whole, tail: null }).where(open)),
      mustFind(driver, label, found.limit(1).offset(some.length - 1)),
      toQuery(of.delete(parts).where(inArray(parts.upload, some))),
    ];
  });
}

function removeObjectsLater(
  driver: SqlDriver,
  { column, ids, since }: { readonly column: string; readonly ids: readonly string[]; readonly since: number },
): SqlQuery {
  const text = `insert into plinth_files_loose (id, workspace_id, remove, since)
    select ${column}, workspace_id, 1, ?1 from plinth_files_uploads
    where ${column} is not null and state <> 'done' and id in (${ids.map((_, i) => `?${i + 2}`).join(", ")})
    on conflict (id) do update set remove = 1, since = excluded.since`;
  return statement(driver, text, [since, ...ids]);
}

/** The first to set it; who comes later gets false. */
export async function setStoreUpload(driver: SqlDriver, id: string, storeUpload: string): Promise<boolean> {
  const first = and(eq(uploads.id, id), isNull(uploads.storeUpload), eq(uploads.state, "open"));
  const { changes } = await driver.run(toQuery(database(driver).update(uploads).set({ storeUpload }).where(first)));
  return changes > 0;
}

/** By their numbers. */
export function listPartRows(driver: SqlDriver, upload: string): Promise<UploadPartRow[]> {
  return database(driver).select().from(parts).where(eq(parts.upload, upload)).orderBy(asc(parts.number));
}

/** 0: there is no such part. */
export async function findPartBytes(driver: SqlDriver, upload: string, number: number): Promise<number> {
  const found = database(driver).select({ size: parts.size }).from(parts);
  return (await found.where(and(eq(parts.upload, upload), eq(parts.number, number))))[0]?.size ?? 0;
}

/** Each has seven parameters, of which D1 takes 100. */
const PARTS_AT_ONCE = 14;

/** Replaces the parts of these numbers. */
export function putParts(driver: SqlDriver, rows: readonly UploadPartRow[]): SqlQuery[] {
  const queries: SqlQuery[] = [];
  for (let at = 0; at < rows.length; at += PARTS_AT_ONCE) {
    const some = rows.slice(at, at + PARTS_AT_ONCE);
    const values = some.map((_, n) => `(${[1, 2, 3, 4, 5, 6, 7].map((of) => `?${7 * n + of}`).join(", ")})`);
    const text = `insert into plinth_files_upload_parts (workspace_id, upload, number, etag, size, md5, checksum)
      values ${values.join(", ")}
      on conflict (upload, number) do update set etag = excluded.etag, size = excluded.size, md5 = excluded.md5,
      checksum = excluded.checksum`;
    const params = some.flatMap(({ workspaceId, upload, number, etag, size, md5, checksum }) => {
      return [workspaceId, upload, number, etag, size, md5, checksum];
    });
    queries.push(statement(driver, text, params));
  }
  return queries;
}

/** Counts the parts of an upload that is open; the statements fail their batch under the label where it is not. */
export function countParts(
  driver: SqlDriver,
  { id, expiresAt, label }: { readonly id: string; readonly expiresAt: number; readonly label: string },
): SqlQuery[] {
  const text = `update plinth_files_uploads set expires_at = ?2,
      received = (select coalesce(sum(p.size), 0) from plinth_files_upload_parts p where p.upload = ?1)
    where id = ?1 and state = 'open'`;
  const open = and(eq(uploads.id, id), eq(uploads.state, "open"));
  return [
    statement(driver, text, [id, expiresAt]),
    mustFind(driver, label, database(driver).select({ id: uploads.id }).from(uploads).where(open)),
  ];
}

/** Uploads whose time is over, and on which nobody works: none of them can be continued any more. */
export async function endExpiredUploads(driver: SqlDriver, now: number): Promise<void> {
  const late = lt(uploads.expiresAt, now);
  const due = and(late, lt(uploads.lockUntil, now), inArray(uploads.state, ["open", "completing"]));
  await driver.run(toQuery(database(driver).update(uploads).set({ state: "ended", lockToken: null }).where(due)));
  // What they have become stays.
  await driver.run(
    toQuery(
      database(driver)
        .delete(uploads)
        .where(and(late, eq(uploads.state, "done"))),
    ),
  );
}

export function listEndedUploads(driver: SqlDriver, limit: number): Promise<UploadRow[]> {
  return database(driver)
    .select()
    .from(uploads)
    .where(eq(uploads.state, "ended"))
    .orderBy(asc(uploads.expiresAt))
    .limit(limit);
}

/** One that could not be removed comes behind the others. */
export function postponeUpload(driver: SqlDriver, id: string, until: number): SqlQuery {
  return toQuery(database(driver).update(uploads).set({ expiresAt: until }).where(eq(uploads.id, id)));
}

export function deleteUpload(driver: SqlDriver, id: string): SqlQuery[] {
  return [deleteParts(driver, id), toQuery(database(driver).delete(uploads).where(eq(uploads.id, id)))];
}

export function deleteParts(driver: SqlDriver, upload: string): SqlQuery {
  return toQuery(database(driver).delete(parts).where(eq(parts.upload, upload)));
}
