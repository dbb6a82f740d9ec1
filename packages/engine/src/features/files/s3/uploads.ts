import { type JsonObject, PlinthError, toHex } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { requireBucket } from "../buckets.ts";
import { type FileLocation, normalLocation } from "../file-items.ts";
import {
  abortUpload,
  beginUpload,
  completeUpload,
  findUpload,
  listParts,
  type PendingUpload,
  type StoredPart,
  storePart,
} from "../uploads/index.ts";
import { s3Digest } from "./digests.ts";
import { requireBucketGrant, requireKeyGrant, type S3Grant } from "./grant.ts";
import {
  filePrecondition,
  type ObjectHeaders,
  type ObjectPrecondition,
  refuseRevoked,
  s3ContentQueries,
} from "./objects.ts";
import { type ListedUpload, listS3UploadRows, type UploadsQuery } from "./repository.ts";

/** Objects that arrive in parts: uploads of files, by the tags of S3. */

const KIND = "s3";
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MOST_PARTS = 10_000;
const MIN_PART_BYTES = 5 * 1024 ** 2;

export interface UploadAddress extends FileLocation {
  readonly uploadId: string;
}

export interface ObjectUploadInput extends FileLocation {
  readonly contentType: string | undefined;
  readonly headers: ObjectHeaders;
  readonly metadata: JsonObject;
}

/** The id of the new upload. */
export async function beginObjectUpload(
  ctx: RequestContext,
  grant: S3Grant,
  { headers, ...given }: ObjectUploadInput,
): Promise<string> {
  const location = normalLocation(given);
  requireKeyGrant(grant, location.bucket, location.path, "write");
  await requireBucket(ctx, location.bucket);
  const upload = await beginUpload(ctx, { ...given, ...location, kind: KIND, note: JSON.stringify(headers) });
  return upload.id;
}

export interface ObjectPartInput {
  readonly number: number;
  readonly body: ReadableStream<Uint8Array>;
  readonly size: number;
  /** Hexadecimal; asked after the body has been read. */
  md5(): string;
}

/** The tag of the part: the MD5 of its bytes. */
export async function storeObjectPart(
  ctx: RequestContext,
  grant: S3Grant,
  at: UploadAddress,
  { md5, ...part }: ObjectPartInput,
): Promise<string> {
  const { id } = await requireObjectUpload(ctx, grant, at);
  const stored = await storePart(ctx, id, { ...part, md5: async () => md5() });
  return stored.md5!;
}

/** By their numbers. */
export async function listObjectParts(ctx: RequestContext, grant: S3Grant, at: UploadAddress): Promise<StoredPart[]> {
  const { id } = await requireObjectUpload(ctx, grant, at);
  return (await listParts(ctx, id)).sort((a, b) => a.number - b.number);
}

export async function abortObjectUpload(ctx: RequestContext, grant: S3Grant, at: UploadAddress): Promise<void> {
  const { id } = await requireObjectUpload(ctx, grant, at);
  await abortUpload(ctx, id);
}

export interface ChosenObjectPart {
  readonly number: number;
  /** Without quotes. */
  readonly etag: string;
}

/** Why parts do not make an object. */
export type PartProblem = "order" | "missing" | "small";

/** The tag of the object: the MD5 of the MD5s of its parts, and their number. `problem`: the upload goes on. */
export async function completeObjectUpload(
  ctx: RequestContext,
  grant: S3Grant,
  at: UploadAddress,
  {
    parts,
    condition,
  }: { readonly parts: readonly ChosenObjectPart[]; readonly condition: ObjectPrecondition | undefined },
): Promise<{ readonly etag: string } | { readonly problem: PartProblem; readonly number: number }> {
  const { id, content, note, file } = await requireObjectUpload(ctx, grant, at);
  const byNumber = new Map((await listParts(ctx, id)).map((part) => [part.number, part]));
  const chosen: StoredPart[] = [];
  for (const [i, { number, etag }] of parts.entries()) {
    if (i > 0 && number <= parts[i - 1]!.number) return { problem: "order", number };
    const part = byNumber.get(number);
    // Sent again after an answer that was lost, the parts are gone, and the object is there.
    if (file === undefined && part?.md5 !== etag) return { problem: "missing", number };
    if (part) chosen.push(part);
  }
  const small = chosen.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES);
  if (small) return { problem: "small", number: small.number };
  const etag = await tagOfParts(ctx, parts);
  const headers = JSON.parse(note ?? "{}") as ObjectHeaders;
  await completeUpload(ctx, id, {
    parts: chosen.map(({ number, etag: stored }) => ({ number, etag: stored })),
    condition: await filePrecondition(ctx, normalLocation(at), condition),
    beside: s3ContentQueries(ctx, grant, { content, etag, headers }),
  }).catch(refuseRevoked);
  return { etag };
}

async function tagOfParts({ engine }: RequestContext, parts: readonly ChosenObjectPart[]): Promise<string> {
  const md5 = s3Digest(engine, "md5");
  for (const { etag } of parts)
    md5.update(Uint8Array.from(etag.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
  return `${toHex(await md5.digest())}-${parts.length}`;
}

/** Of a bucket, by their keys, as far as the access key reaches. */
export async function listObjectUploads(
  ctx: RequestContext,
  grant: S3Grant,
  query: Omit<UploadsQuery, "workspaceId" | "kind" | "since" | "grantPrefix">,
): Promise<ListedUpload[]> {
  requireBucketGrant(grant, query.bucket);
  // A bucket of the same name may have been deleted with uploads.
  const { createdAt: since } = await requireBucket(ctx, query.bucket);
  const { workspaceId } = ctx.principal;
  return listS3UploadRows(ctx.driver, { ...query, workspaceId, kind: KIND, since, grantPrefix: grant.prefix });
}

async function requireObjectUpload(
  ctx: RequestContext,
  grant: S3Grant,
  { uploadId, ...given }: UploadAddress,
): Promise<PendingUpload> {
  const location = normalLocation(given);
  requireKeyGrant(grant, location.bucket, location.path, "write");
  await requireBucket(ctx, location.bucket);
  const upload = await findUpload(ctx, uploadId).catch(noSuchUpload);
  if (upload.kind === KIND && upload.bucket === location.bucket && upload.path === location.path) return upload;
  return noSuchUpload(new PlinthError("NOT_FOUND"));
}

function noSuchUpload(error: unknown): never {
  if (!(error instanceof PlinthError) || error.code !== "NOT_FOUND") throw error;
  throw new PlinthError("NOT_FOUND", "There is no such upload: it is done, was aborted, or has expired.", {
    field: "uploadId",
  });
}
