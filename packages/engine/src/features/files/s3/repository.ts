import type { SqlDriver, SqlQuery } from "@plinth/core";
import {
  and,
  asc,
  database,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNull,
  lt,
  lte,
  mustFind,
  mustFindAtMost,
  or,
  pieces,
  sql,
  statement,
  toQuery,
} from "@plinth/db/tables";
import type { BucketRow } from "../repository.ts";
import { storedContents } from "../shares/tables.ts";
import { fileUploads } from "../uploads/index.ts";
import { behindAllWith } from "./key-order.ts";
import { s3Contents, s3Keys } from "./tables.ts";

export type S3KeyRow = typeof s3Keys.$inferSelect;
export type S3ContentRow = typeof s3Contents.$inferSelect;
export type S3SumsRow = Pick<S3ContentRow, "content" | "etag" | "checksum">;

/** By their ids, and so by their age. */
export function listS3KeyRows(
  driver: SqlDriver,
  workspaceId: string,
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
): Promise<S3KeyRow[]> {
  const own = eq(s3Keys.workspaceId, workspaceId);
  const where = after === undefined ? own : and(own, gt(s3Keys.id, after));
  return database(driver).select().from(s3Keys).where(where).orderBy(asc(s3Keys.id)).limit(limit);
}

export async function findS3KeyRow(driver: SqlDriver, accessKey: string): Promise<S3KeyRow | undefined> {
  return (await database(driver).select().from(s3Keys).where(eq(s3Keys.accessKey, accessKey)))[0];
}

export function insertS3Key(driver: SqlDriver, row: S3KeyRow): SqlQuery {
  return toQuery(database(driver).insert(s3Keys).values(row));
}

/** Fails its batch under the label where there is no such key. */
export function deleteS3KeyQueries(driver: SqlDriver, workspaceId: string, id: string, label: string): SqlQuery[] {
  const it = and(eq(s3Keys.workspaceId, workspaceId), eq(s3Keys.id, id));
  const found = database(driver).select({ id: s3Keys.id }).from(s3Keys).where(it);
  return [mustFind(driver, label, found), toQuery(database(driver).delete(s3Keys).where(it))];
}

/** Fails its batch under the label where the key has been revoked, or has expired by now (milliseconds). */
export function mustHaveS3Key(driver: SqlDriver, id: string, now: number, label: string): SqlQuery {
  const lasts = or(isNull(s3Keys.expiresAt), gt(s3Keys.expiresAt, now));
  const found = database(driver).select({ id: s3Keys.id }).from(s3Keys);
  return mustFind(driver, label, found.where(and(eq(s3Keys.id, id), lasts)));
}

export function mustHaveFewS3Keys(driver: SqlDriver, workspaceId: string, most: number, label: string): SqlQuery[] {
  const rows = database(driver).select({ id: s3Keys.id }).from(s3Keys).where(eq(s3Keys.workspaceId, workspaceId));
  return mustFindAtMost(driver, label, { most, name: `s3 keys ${workspaceId}`, rows });
}

export async function noteS3KeyUse(driver: SqlDriver, id: string, now: number): Promise<void> {
  await driver.run(toQuery(database(driver).update(s3Keys).set({ lastUsedAt: now }).where(eq(s3Keys.id, id))));
}

export function insertS3Content(driver: SqlDriver, row: S3ContentRow): SqlQuery {
  return toQuery(database(driver).insert(s3Contents).values(row));
}

/** The tags of a content, whether it came by S3 or not. */
export function putS3Tags(
  driver: SqlDriver,
  { content, workspaceId, etag, tags }: Pick<S3ContentRow, "content" | "workspaceId" | "etag" | "tags">,
): SqlQuery {
  const text = `insert into plinth_files_s3_contents (content, workspace_id, etag, tags) values (?1, ?2, ?3, ?4)
    on conflict (content) do update set tags = excluded.tags`;
  return statement(driver, text, [content, workspaceId, etag, tags]);
}

export function deleteS3Contents(driver: SqlDriver, contents: readonly string[]): SqlQuery {
  return toQuery(
    database(driver)
      .delete(s3Contents)
      .where(inArray(s3Contents.content, [...contents])),
  );
}

/** Undefined: it came in another way. */
export async function findS3Content(driver: SqlDriver, content: string): Promise<S3ContentRow | undefined> {
  return (await database(driver).select().from(s3Contents).where(eq(s3Contents.content, content)))[0];
}

/** By the id of the content; none for what came in another way. What lists say of it: the parts of large objects are much text. */
export async function findS3Sums(
  driver: SqlDriver,
  contents: readonly string[],
): Promise<ReadonlyMap<string, S3SumsRow>> {
  const { content, etag, checksum } = s3Contents;
  const some = [...pieces(driver, contents)].map((ids) =>
    database(driver).select({ content, etag, checksum }).from(s3Contents).where(inArray(content, ids)),
  );
  const rows = (await Promise.all(some)).flat();
  return new Map(rows.map((row) => [row.content, row]));
}

/** Where a list of stored contents goes on: after this key, or among its contents after this id. */
export interface VersionsPlace {
  readonly path: string;
  /** Undefined: all of the key are behind it. */
  readonly id: string | undefined;
  /** The content of this id too. */
  readonly isIncluded: boolean;
}

/** What has been stored in a bucket, by keys and then the newest first. */
export function listStoredByPath(
  driver: SqlDriver,
  bucket: Pick<BucketRow, "workspaceId" | "name">,
  prefixes: readonly string[],
  { path: after, id, isIncluded }: VersionsPlace,
  limit: number,
): Promise<{ id: string; path: string }[]> {
  const { path, id: content } = storedContents;
  const begins = (text: string) => [gte(path, text), lt(path, behindAllWith(text))];
  const older = id === undefined ? undefined : isIncluded ? lte(content, id) : lt(content, id);
  const where = and(
    isIn(bucket),
    ...prefixes.filter((text) => text !== "").flatMap(begins),
    older ? or(gt(path, after), and(eq(path, after), older)) : isIncluded ? gte(path, after) : gt(path, after),
  );
  const rows = database(driver).select({ id: content, path }).from(storedContents);
  return rows.where(where).orderBy(asc(path), desc(content)).limit(limit);
}

/** Of these contents, those of the bucket, by their ids. */
export async function listStoredIn(
  driver: SqlDriver,
  bucket: Pick<BucketRow, "workspaceId" | "name">,
  ids: readonly string[],
): Promise<Map<string, { readonly path: string; readonly file: string }>> {
  const { id, path, file } = storedContents;
  const found = new Map<string, { readonly path: string; readonly file: string }>();
  for (const some of pieces(driver, ids)) {
    const rows = database(driver).select({ id, path, file }).from(storedContents);
    for (const row of await rows.where(and(isIn(bucket), inArray(id, some)))) found.set(row.id, row);
  }
  return found;
}

/** All contents of these keys, as many as `most`. */
export async function listStoredAt(
  driver: SqlDriver,
  bucket: Pick<BucketRow, "workspaceId" | "name">,
  paths: readonly string[],
  most: number,
): Promise<{ id: string; path: string }[]> {
  const { id, path } = storedContents;
  const found: { id: string; path: string }[] = [];
  for (const some of pieces(driver, paths)) {
    const rows = database(driver).select({ id, path }).from(storedContents);
    found.push(...(await rows.where(and(isIn(bucket), inArray(path, some))).limit(most)));
    if (found.length >= most) break;
  }
  return found;
}

const isIn = ({ workspaceId, name }: Pick<BucketRow, "workspaceId" | "name">) =>
  and(eq(storedContents.workspaceId, workspaceId), eq(storedContents.bucket, name));

export interface UploadsQuery {
  readonly workspaceId: string;
  readonly kind: string;
  readonly bucket: string;
  /** Milliseconds: not those that began before. */
  readonly since: number;
  /** Keys begin with both. */
  readonly grantPrefix: string;
  readonly prefix: string;
  /** Uploads of later keys; of this one too, with later ids, where there is an id, or with any, where it is included. */
  readonly after: string;
  readonly afterId: string;
  readonly isIncluded: boolean;
  readonly limit: number;
}

export interface ListedUpload {
  readonly id: string;
  readonly path: string;
  readonly createdAt: number;
}

/** By their keys and ids. */
export function listS3UploadRows(driver: SqlDriver, query: UploadsQuery): Promise<ListedUpload[]> {
  const { id, path, createdAt, workspaceId, kind, bucket, state } = fileUploads;
  const begins = (text: string) => sql`substr(${path}, 1, ${[...text].length}) = ${text}`;
  const later = query.isIncluded ? gte(path, query.after) : gt(path, query.after);
  const where = and(
    eq(workspaceId, query.workspaceId),
    eq(kind, query.kind),
    eq(bucket, query.bucket),
    eq(state, "open"),
    gte(createdAt, query.since),
    begins(query.grantPrefix),
    begins(query.prefix),
    query.afterId === "" ? later : or(later, and(eq(path, query.after), gt(id, query.afterId))),
  );
  return database(driver)
    .select({ id, path, createdAt })
    .from(fileUploads)
    .where(where)
    .orderBy(asc(path), asc(id))
    .limit(query.limit);
}
