import {
  DataError,
  filePathProblem,
  type JsonObject,
  MOST_FILE_BYTES,
  PlinthError,
  type Row,
  type SqlDriver,
  type SqlQuery,
} from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { deleteItems } from "../../../write/bulk.ts";
import {
  createBucket,
  createBucketSchema,
  type FileBucket,
  listBuckets,
  removeBucket,
  requireBucket,
} from "../buckets.ts";
import { deleteFile } from "../delete-file.ts";
import { type FileLocation, filesCollection, findFileAt, normalLocation, noSuchFile } from "../file-items.ts";
import { storeOf } from "../object-store.ts";
import type { FilePrecondition } from "../precondition.ts";
import { type OpenedFile, openedContent } from "../read-file.ts";
import { findBucketRow } from "../repository.ts";
import { type FileInput, putFile } from "../write-file.ts";
import { s3EtagOf } from "./etag.ts";
import { requireBucketGrant, requireKeyGrant, requireWholeGrant, type S3Grant } from "./grant.ts";
import { findS3Contents, insertS3Content, mustHaveS3Key } from "./repository.ts";

/** Files as objects of S3: the same items and bytes, by an access key in place of rules. */

/** Headers that a client of S3 has sent with an object, to get them back. */
export type ObjectHeaders = Readonly<Record<string, string>>;

export interface OpenedObject {
  readonly file: OpenedFile;
  readonly etag: string;
  readonly sha256: string;
  readonly headers: ObjectHeaders;
  readonly metadata: JsonObject;
}

export interface ObjectInput extends Pick<FileInput, "bucket" | "path" | "body" | "size" | "contentType" | "sha256"> {
  readonly headers: ObjectHeaders;
  /** Values are texts. */
  readonly metadata: JsonObject;
  readonly condition: ObjectPrecondition | undefined;
  /** Asked after the body has been read: the tag of its bytes, without quotes. */
  etag(): string;
}

/** There is no object, or one with one of these tags; null: with any. */
export type ObjectPrecondition = { readonly absent: true } | { readonly etags: readonly string[] | null };

const ACCESS_KEY = "access key";

export async function openObject(ctx: RequestContext, grant: S3Grant, given: FileLocation): Promise<OpenedObject> {
  const location = normalLocation(given);
  requireKeyGrant(grant, location.bucket, location.path, "read");
  await requireBucket(ctx, location.bucket);
  const row = await findFileAt(ctx, location);
  if (!row) throw noSuchFile(location);
  if (row.state !== "ready") throw new PlinthError("FORBIDDEN", "This file is in quarantine.");
  const content = row.content as string;
  const stored = (await findS3Contents(ctx.driver, [content])).get(content);
  return {
    file: openedContent(ctx, await storeOf(ctx.engine), {
      name: row.name as string,
      content,
      changedAt: row.updated_at as string,
      size: row.size as number,
      contentType: row.content_type as string,
      publicFor: undefined,
    }),
    etag: s3EtagOf(content, stored),
    sha256: row.sha256 as string,
    headers: stored?.headers ? (JSON.parse(stored.headers) as ObjectHeaders) : {},
    metadata: (row.metadata ?? {}) as JsonObject,
  };
}

/** The same promises as `putFile`. The access key must still be there when the object becomes visible. */
export async function putObject(
  ctx: RequestContext,
  grant: S3Grant,
  { etag, headers, condition, ...input }: ObjectInput,
): Promise<{ etag: string }> {
  const location = normalLocation(input);
  requireKeyGrant(grant, location.bucket, location.path, "write");
  await requireBucket(ctx, location.bucket);
  let tag = "";
  const beside = (content: string) => {
    tag = etag();
    return s3ContentQueries(ctx, grant, { content, etag: tag, headers });
  };
  const filed = await filePrecondition(ctx, location, condition);
  await putFile(ctx, { ...input, ...location, condition: filed, beside }).catch(refuseRevoked);
  return { etag: tag };
}

/** What is stored beside a content that came by S3. Fails its batch where the access key is gone. */
export function s3ContentQueries(
  { driver, principal }: RequestContext,
  { keyId }: S3Grant,
  { content, etag, headers }: { readonly content: string; readonly etag: string; readonly headers: ObjectHeaders },
): SqlQuery[] {
  const stored = Object.keys(headers).length > 0 ? JSON.stringify(headers) : null;
  const row = { content, workspaceId: principal.workspaceId, etag, headers: stored };
  return [mustHaveS3Key(driver, keyId, ACCESS_KEY), insertS3Content(driver, row)];
}

/** For `catch`: the access key was revoked while the bytes were sent. */
export function refuseRevoked(error: unknown): never {
  if (!(error instanceof DataError) || error.guard !== ACCESS_KEY) throw error;
  throw new PlinthError("FORBIDDEN", "This access key has been revoked.");
}

/** An object that is not there is no error, unless there is a condition. */
export async function deleteObject(
  ctx: RequestContext,
  grant: S3Grant,
  given: FileLocation,
  condition?: ObjectPrecondition,
): Promise<void> {
  const location = normalLocation(given);
  requireKeyGrant(grant, location.bucket, location.path, "write");
  await requireBucket(ctx, location.bucket);
  try {
    await deleteFile(ctx, location, await filePrecondition(ctx, location, condition));
  } catch (error) {
    if (condition || !(error instanceof PlinthError && error.code === "NOT_FOUND")) throw error;
  }
}

/** Of these keys, what kept each from being deleted. Undefined: it is deleted, or was not there. */
export async function deleteObjects(
  ctx: RequestContext,
  grant: S3Grant,
  bucket: string,
  keys: readonly string[],
): Promise<(PlinthError | undefined)[]> {
  requireBucketGrant(grant, bucket);
  await requireBucket(ctx, bucket);
  const paths = keys.map((key) => key.normalize("NFC"));
  // No object can have the others.
  const possible = paths.filter((path) => filePathProblem(path) === undefined);
  const refused = new Map<string, PlinthError>();
  for (const path of possible) {
    const error = await refusalOf(() => requireKeyGrant(grant, bucket, path, "write"));
    if (error) refused.set(path, error);
  }
  const allowed = possible.filter((path) => !refused.has(path));
  const filter = { bucket: { _eq: bucket }, path: { _in: allowed } };
  const removed =
    allowed.length === 0
      ? undefined
      : await refusalOf(() => deleteItems(ctx, filesCollection(ctx).slug, { filter, limit: keys.length }));
  // All or none: where one cannot be deleted, each is tried by itself.
  for (const path of removed ? allowed : []) {
    const error = await refusalOf(() => deleteObject(ctx, grant, { bucket, path }));
    if (error) refused.set(path, error);
  }
  return paths.map((path) => refused.get(path));
}

async function refusalOf(work: () => unknown): Promise<PlinthError | undefined> {
  try {
    await work();
  } catch (error) {
    if (error instanceof PlinthError) return error;
    throw error;
  }
  return undefined;
}

/** Tags of S3 as the contents that have them now. */
export async function filePrecondition(
  ctx: RequestContext,
  location: FileLocation,
  condition: ObjectPrecondition | undefined,
): Promise<FilePrecondition | undefined> {
  if (!condition || "absent" in condition) return condition;
  const { etags } = condition;
  if (etags === null) return { present: true };
  const file: Row | undefined = await findFileAt(ctx, location);
  if (!file) throw noSuchFile(location);
  const content = file.content as string;
  const tag = s3EtagOf(content, (await findS3Contents(ctx.driver, [content])).get(content));
  return { contents: etags.includes(tag) ? [content] : [] };
}

/** Those that the access key may use. */
export async function listS3Buckets(ctx: RequestContext, { buckets }: S3Grant): Promise<FileBucket[]> {
  const found: FileBucket[] = [];
  let cursor: string | undefined;
  do {
    const page = await listBuckets(ctx, { limit: 100, cursor });
    found.push(...page.data.filter(({ name }) => buckets === null || buckets.includes(name)));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

export async function hasBucket(driver: SqlDriver, workspaceId: string, name: string): Promise<boolean> {
  return (await findBucketRow(driver, workspaceId, name)) !== undefined;
}

export async function requireS3Bucket(ctx: RequestContext, grant: S3Grant, bucket: string): Promise<void> {
  requireBucketGrant(grant, bucket);
  await requireBucket(ctx, bucket);
}

/** Without a limit of its own for one file: clients of S3 expect none. */
export async function createS3Bucket(ctx: RequestContext, grant: S3Grant, name: string): Promise<void> {
  requireWholeGrant(grant);
  const input = createBucketSchema.safeParse({ name, max_bytes: MOST_FILE_BYTES });
  if (!input.success) throw new PlinthError("VALIDATION", input.error.issues[0]!.message, { field: "name" });
  await createBucket(ctx, input.data);
}

export async function deleteS3Bucket(ctx: RequestContext, grant: S3Grant, name: string): Promise<void> {
  requireWholeGrant(grant);
  await removeBucket(ctx, name);
}
