import { type ByteRange, type FileContent, type FileStore, FileStoreError, PlinthError, type Row } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { noSuchBucket } from "./buckets.ts";
import {
  type FileLocation,
  filesCollection,
  findFileAt,
  findVisibleAt,
  normalLocation,
  noSuchFile,
  requireReadRules,
} from "./file-items.ts";
import { objectKey, storeOf } from "./object-store.ts";
import { type BucketRow, findBucketRow } from "./repository.ts";
import { storeFailure } from "./store-failure.ts";

/** A file that the caller may read. */
export interface OpenedFile {
  readonly name: string;
  /** Changes with the bytes. */
  readonly content: string;
  readonly changedAt: string;
  readonly size: number;
  readonly contentType: string;
  /** Seconds for which caches may keep it, if its bucket is public. */
  readonly publicFor: number | undefined;
  /** When the right to read it ends, in milliseconds, where that is known. */
  readonly until?: number;
  /** A URL by which anybody can read it in the store for some seconds. Absent: the store has none, or the bucket does not allow it. */
  readonly storeUrl?: ((answer: StoreAnswer) => Promise<string>) | undefined;
  /** The header of the request by which its bytes were chosen. */
  readonly vary?: string;
  /** Its bytes, or a range of them, as they were when it was opened. */
  bytes(range?: ByteRange): Promise<FileBytes>;
  /** The same, as the store has them. */
  open(range?: ByteRange): Promise<OpenedBytes>;
}

/** Headers of the store's answer. */
export interface StoreAnswer {
  readonly contentType: string;
  readonly contentDisposition: string;
  readonly expiresInSeconds: number;
}

export type OpenedBytes = Pick<FileContent, "stream" | "blob" | "bytes">;
export type FileBytes = ReadableStream<Uint8Array>;

/** Throws `NOT_FOUND` where there is no file, and where the caller may not see it. */
export async function openStoredFile(ctx: RequestContext, location: FileLocation): Promise<OpenedFile> {
  const store = await storeOf(ctx.engine);
  const file = await requireReadableFile(ctx, normalLocation(location));
  return openReadable(ctx, store, file, file.row.content as string);
}

/** The bytes of an object of the store, under the name and the headers of the file. */
export function openReadable(
  ctx: RequestContext,
  store: FileStore,
  { row, bucket, publicFor }: ReadableFile,
  object: string,
): OpenedFile {
  const key = objectKey(ctx.principal.workspaceId, object);
  return {
    name: row.name as string,
    content: row.content as string,
    changedAt: row.updated_at as string,
    size: row.size as number,
    contentType: row.content_type as string,
    publicFor,
    storeUrl:
      bucket.redirect && store.capabilities.presign
        ? ({ expiresInSeconds, ...answer }) => store.presign(key, { method: "GET", expiresInSeconds, answer })
        : undefined,
    ...contentReaders(ctx, store, object),
  };
}

type ContentReaders = Pick<OpenedFile, "bytes" | "open">;

export function openedContent(
  ctx: RequestContext,
  store: FileStore,
  facts: Omit<OpenedFile, keyof ContentReaders>,
): OpenedFile {
  return { ...facts, ...contentReaders(ctx, store, facts.content) };
}

function contentReaders(ctx: RequestContext, store: FileStore, content: string): ContentReaders {
  return {
    bytes: (range) => readContent(ctx, store, content, range),
    open: (range) => openContent(ctx, store, content, range),
  };
}

/** The bytes of a content that the caller may read. */
export async function readContent(...given: Parameters<typeof openContent>): Promise<FileBytes> {
  return (await openContent(...given)).stream;
}

async function openContent(
  { principal }: Pick<RequestContext, "principal">,
  store: FileStore,
  content: string,
  range?: ByteRange,
): Promise<OpenedBytes> {
  try {
    return await store.get(objectKey(principal.workspaceId, content), range ? { range } : {});
  } catch (error) {
    if (!(error instanceof FileStoreError) || error.kind !== "not_found") throw storeFailure(error);
    const message =
      "The bytes of this file are missing in the store; an operator can check it with plinth files check.";
    throw new PlinthError("INTERNAL", message, undefined, { cause: error });
  }
}

/** The bytes of a file in quarantine are for administrators alone. */
const isOpen = ({ principal }: RequestContext, row: Row): boolean => row.state === "ready" || principal.bypass;

/** A file whose bytes the caller may read, and how caches may keep them. */
export interface ReadableFile {
  readonly row: Row;
  readonly bucket: BucketRow;
  /** Of a public bucket. Undefined: it is private. */
  readonly publicFor: number | undefined;
}

/**
 * The file, if its bucket is public or a rule shows the caller which content it has (`content`). Whoever may not see it learns nothing, not
 * even that it is there.
 */
export async function requireReadableFile(ctx: RequestContext, location: FileLocation): Promise<ReadableFile> {
  const collection = filesCollection(ctx);
  const bucket = await findBucketRow(ctx.driver, ctx.principal.workspaceId, location.bucket);
  if (bucket?.isPublic) {
    const row = await findFileAt(ctx, location);
    if (!row || !isOpen(ctx, row)) throw noSuchFile(location);
    // What an administrator reads of a file in quarantine must be in no shared cache.
    return { row, bucket, publicFor: row.state === "ready" ? bucket.cacheSeconds : undefined };
  }
  const policy = requireReadRules(ctx, collection);
  // A bucket without a file that the caller may see is as one that is not there.
  if (!bucket) throw ctx.principal.bypass ? noSuchBucket(location.bucket) : noSuchFile(location);
  const seen = await findVisibleAt(ctx, policy, location);
  // A rule with a list of fields that leaves `content` out shows the item, and not its bytes.
  if (typeof seen?.content !== "string") throw noSuchFile(location);
  // The fields that such a list leaves out are needed here all the same.
  const row = policy.fields === null ? seen : await findFileAt(ctx, location);
  if (row?.content !== seen.content || !isOpen(ctx, row)) throw noSuchFile(location);
  return { row, bucket, publicFor: undefined };
}
