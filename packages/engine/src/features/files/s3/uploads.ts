import { type JsonObject, PlinthError, toHex } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { type FileLocation, normalLocation } from "../file-items.ts";
import {
  abortUpload,
  beginUpload,
  completeUpload,
  findUpload,
  listParts,
  type PartSums,
  type PendingUpload,
  type StoredPart,
  storePart,
} from "../uploads/index.ts";
import { type ChecksumForm, checksumOfParts, DEFAULT_CHECKSUM, type ObjectChecksum } from "./checksum.ts";
import { s3Digest } from "./digests.ts";
import { requireBucketGrant, requireKeyGrant, type S3Grant } from "./grant.ts";
import {
  filePrecondition,
  type ObjectPrecondition,
  refuseInvalidKey,
  type StoredObject,
  s3ContentQueries,
} from "./objects.ts";
import { findFacts, type ObjectHeaders, type ObjectTags } from "./stored-facts.ts";

/** Objects that arrive in parts: uploads of files, by the tags of S3. */

export const KIND = "s3";
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MOST_PARTS = 10_000;
const MIN_PART_BYTES = 5 * 1024 ** 2;

export interface UploadAddress extends FileLocation {
  readonly uploadId: string;
}

/** What an upload has said when it began. */
export interface UploadNote {
  readonly headers: ObjectHeaders;
  readonly tags: ObjectTags;
  readonly checksum: ChecksumForm;
  /** The client has named the algorithm. */
  readonly isChosen: boolean;
}

export interface ObjectUploadInput extends FileLocation, UploadNote {
  readonly contentType: string | undefined;
  readonly metadata: JsonObject;
}

/** The id of the new upload. */
export async function beginObjectUpload(
  ctx: RequestContext,
  grant: S3Grant,
  { headers, tags, checksum, isChosen, ...given }: ObjectUploadInput,
): Promise<string> {
  const location = normalLocation(given);
  await requireKeyGrant(ctx, grant, location, "write");
  const note: UploadNote = { headers, tags, checksum, isChosen };
  const upload = await beginUpload(ctx, { ...given, ...location, kind: KIND, note: JSON.stringify(note) });
  return upload.id;
}

export interface ObjectPartInput {
  readonly number: number;
  readonly body: ReadableStream<Uint8Array>;
  readonly size: number;
  /** Asked after the body has been read. */
  sums(): PartSums;
}

/** The checksum that parts of an upload have. */
export async function readObjectUpload(ctx: RequestContext, grant: S3Grant, at: UploadAddress): Promise<UploadNote> {
  return noteOf(await requireObjectUpload(ctx, grant, at));
}

/** The tag of the part is the MD5 of its bytes. */
export async function storeObjectPart(
  ctx: RequestContext,
  grant: S3Grant,
  at: UploadAddress,
  part: ObjectPartInput,
): Promise<PartSums> {
  const { id } = await requireObjectUpload(ctx, grant, at);
  return (await storePart(ctx, id, part)).sums!;
}

/** By their numbers. */
export async function listObjectParts(
  ctx: RequestContext,
  grant: S3Grant,
  at: UploadAddress,
): Promise<{ readonly note: UploadNote; readonly parts: readonly StoredPart[] }> {
  const upload = await requireObjectUpload(ctx, grant, at);
  return { note: noteOf(upload), parts: (await listParts(ctx, upload.id)).sort((a, b) => a.number - b.number) };
}

export async function abortObjectUpload(ctx: RequestContext, grant: S3Grant, at: UploadAddress): Promise<void> {
  const { id } = await requireObjectUpload(ctx, grant, at);
  await abortUpload(ctx, id);
}

export interface ChosenObjectPart {
  readonly number: number;
  /** Without quotes. */
  readonly etag: string;
  /** In base64, by the algorithm of the upload. Undefined: any. */
  readonly checksum: string | undefined;
}

/** Why parts do not make an object. */
export type PartProblem = "order" | "missing" | "small" | "checksum" | "size";

export interface ObjectCompletion {
  readonly parts: readonly ChosenObjectPart[];
  readonly condition: ObjectPrecondition | undefined;
  /** That the object must have, in base64. Undefined: any. */
  readonly checksum: string | undefined;
  /** Bytes that it must have. Undefined: any. */
  readonly size: number | undefined;
}

/** `problem`: the upload goes on. `number`: of the part; `size`: of all of them. */
export type CompletedUpload =
  | (StoredObject & { readonly checksum: ObjectChecksum })
  | { readonly problem: PartProblem; readonly number: number; readonly size: number };

/** The tag of the object is the MD5 of the MD5s of its parts, and their number. */
export async function completeObjectUpload(
  ctx: RequestContext,
  grant: S3Grant,
  at: UploadAddress,
  { parts, condition, checksum: expected, size: expectedSize }: ObjectCompletion,
): Promise<CompletedUpload> {
  const upload = await requireObjectUpload(ctx, grant, at);
  const { id, content, file } = upload;
  const { headers, tags, checksum: form } = noteOf(upload);
  const { versions } = await requireBucketGrant(ctx, grant, at.bucket);
  const version = versions ? content : undefined;
  if (file !== undefined) return completedBefore(ctx, { content, version });
  const byNumber = new Map((await listParts(ctx, id)).map((part) => [part.number, part]));
  const chosen: StoredPart[] = [];
  const problem = (what: PartProblem, number = 0) => ({ problem: what, number, size: sizeOf(chosen) });
  for (const [i, { number, etag, checksum }] of parts.entries()) {
    if (i > 0 && number <= parts[i - 1]!.number) return problem("order", number);
    const part = byNumber.get(number);
    if (part?.sums?.md5 !== etag || (checksum ?? part.sums.checksum) !== part.sums.checksum)
      return problem("missing", number);
    chosen.push(part);
  }
  const small = chosen.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES);
  if (small) return problem("small", small.number);
  if (expectedSize !== undefined && expectedSize !== sizeOf(chosen)) return problem("size");
  const stored = chosen.map(({ number, size, sums }) => ({ number, size, checksum: sums!.checksum }));
  const checksum = await checksumOfParts(ctx.engine, form, stored);
  if (expected !== undefined && !isSameChecksum(expected, checksum)) return problem("checksum");
  const etag = await tagOfParts(ctx, parts);
  await completeUpload(ctx, id, {
    parts: chosen.map(({ number, etag: given }) => ({ number, etag: given })),
    condition: await filePrecondition(ctx, normalLocation(at), condition),
    beside: () => s3ContentQueries(ctx, grant, content, { etag, headers, tags, checksum, parts: stored }),
  }).catch(refuseInvalidKey);
  return { etag, version, checksum };
}

/** Clients may leave the number of parts out. */
const isSameChecksum = (expected: string, { value, type }: ObjectChecksum): boolean =>
  expected === value || (type === "COMPOSITE" && expected === value.split("-")[0]);

/** Sent again after an answer that was lost, the parts are gone, and the object is there. */
async function completedBefore(
  { driver }: RequestContext,
  { content, version }: { readonly content: string; readonly version: string | undefined },
): Promise<CompletedUpload> {
  const { etag, checksum } = await findFacts(driver, content);
  return { etag, version, checksum: checksum ?? { ...DEFAULT_CHECKSUM, value: "" } };
}

const sizeOf = (parts: readonly StoredPart[]): number => parts.reduce((sum, { size }) => sum + size, 0);

/** An older version has noted headers alone. */
const noteOf = ({ note }: PendingUpload): UploadNote => JSON.parse(note!) as UploadNote;

async function tagOfParts({ engine }: RequestContext, parts: readonly ChosenObjectPart[]): Promise<string> {
  const md5 = s3Digest(engine, "md5");
  for (const { etag } of parts)
    md5.update(Uint8Array.from(etag.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
  return `${toHex(await md5.digest())}-${parts.length}`;
}

async function requireObjectUpload(
  ctx: RequestContext,
  grant: S3Grant,
  { uploadId, ...given }: UploadAddress,
): Promise<PendingUpload> {
  const location = normalLocation(given);
  await requireKeyGrant(ctx, grant, location, "write");
  const upload = await findUpload(ctx, uploadId).catch(noSuchUpload);
  const isAt = upload.kind === KIND && upload.bucket === location.bucket && upload.path === location.path;
  // One that began in a version whose parts had no checksums has ended, and its client begins anew.
  if (isAt && noteOf(upload).checksum !== undefined) return upload;
  return noSuchUpload(new PlinthError("NOT_FOUND"));
}

function noSuchUpload(error: unknown): never {
  if (!(error instanceof PlinthError) || error.code !== "NOT_FOUND") throw error;
  throw new PlinthError("NOT_FOUND", "There is no such upload: it is done, was aborted, or has expired.", {
    field: "uploadId",
  });
}
