import { type FileBody, type FileUpload, PlinthError } from "@plinth/core";
import { refuseOn } from "../../../commit/commit.ts";
import { mustHold, refuseUnmet } from "../../../commit/requirement.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { fileTooLarge } from "../body.ts";
import { requireBucket } from "../buckets.ts";
import { countedPart, withMemory } from "../memory.ts";
import { storeOf } from "../object-store.ts";
import { storeFailure } from "../store-failure.ts";
import { requireUploadRoom, uploadRoom } from "./begin-upload.ts";
import {
  countParts,
  findPartBytes,
  findUploadRow,
  listPartRows,
  putParts,
  setStoreUpload,
  type UploadRow,
} from "./repository.ts";
import { describeUpload, expiryOf, noSuchUpload, type PendingUpload, requireUpload, uploadKey } from "./state.ts";

/** A part that the store has. */
export interface StoredPart {
  readonly number: number;
  /** The store's. */
  readonly etag: string;
  readonly size: number;
  /** If they were given. */
  readonly sums: PartSums | undefined;
}

export interface PartInput {
  /** From 1 on. */
  readonly number: number;
  readonly body: FileBody;
  /** Bytes of the body. */
  readonly size: number;
  /** To be kept with it: read after the body. */
  readonly sums?: (() => PartSums) | undefined;
}

/** What the client's protocol keeps with a part. */
export interface PartSums {
  /** Hexadecimal. */
  readonly md5: string;
  /** By the algorithm of the upload, in base64. */
  readonly checksum: string;
}

/** Throws `NOT_FOUND` for all but whoever began it, and administrators. */
export async function findUpload(ctx: RequestContext, id: string): Promise<PendingUpload> {
  return describeUpload(await requireUpload(ctx, id));
}

/** Stores a part, or replaces it. Parts come in any order and several at once. */
export async function storePart(ctx: RequestContext, id: string, given: PartInput): Promise<StoredPart> {
  const { driver, engine } = ctx;
  const row = await requireUpload(ctx, id);
  requireOpen(row);
  const bucket = await requireBucket(ctx, row.bucket);
  if (given.size > (row.size ?? bucket.maxBytes)) throw fileTooLarge(row.size ?? bucket.maxBytes);
  const { number, size } = given;
  const more = await uncounted(ctx, row, given);
  const room = more > 0 ? uploadRoom(ctx, bucket) : [];
  // What cannot fit at all is not read.
  if (more > 0) await requireUploadRoom(ctx, bucket, more);
  try {
    const upload = await openStoreUpload(ctx, row);
    const store = await storeOf(engine);
    const { etag } = await withMemory(ctx, (memory) => upload.part(number, countedPart(store, given, memory), size));
    const sums = given.sums?.();
    const part = { number, etag, size, md5: sums?.md5 ?? null, checksum: sums?.checksum ?? null };
    const expiresAt = expiryOf(row, engine.clock.now());
    await driver
      .batch([
        ...putParts(driver, [{ workspaceId: row.workspaceId, upload: id, ...part }]),
        ...countParts(driver, { id, expiresAt, label: "open upload" }),
        ...mustHold(room),
      ])
      .catch(refuseUnmet(room))
      .catch(refuseOn("guard", noSuchUpload));
    return { number, etag, size, sums };
  } catch (error) {
    throw storeFailure(error);
  }
}

/** The bytes that count with this part and did not before: it may replace one, and what was announced counts already. */
async function uncounted({ driver }: RequestContext, row: UploadRow, { number, size }: PartInput): Promise<number> {
  const announced = row.size ?? 0;
  const replaced = await findPartBytes(driver, row.id, number);
  return Math.max(announced, row.received - replaced + size) - Math.max(announced, row.received);
}

export async function listParts(ctx: RequestContext, id: string): Promise<StoredPart[]> {
  const { id: upload } = await requireUpload(ctx, id);
  const rows = await listPartRows(ctx.driver, upload);
  return rows.map(({ number, etag, size, md5, checksum }) => ({
    number,
    etag,
    size,
    sums: md5 === null ? undefined : { md5, checksum: checksum ?? "" },
  }));
}

/** The store's own upload, which begins with the first part. Of two that begin one at once, the later one takes the other's. */
export async function openStoreUpload({ driver, engine }: RequestContext, row: UploadRow): Promise<FileUpload> {
  const store = await storeOf(engine);
  const key = uploadKey(row);
  if (row.storeUpload !== null) return store.upload(key, { id: row.storeUpload });
  const begun = await store.upload(key);
  if (await setStoreUpload(driver, row.id, begun.id)) return begun;
  await begun.abort();
  const current = await findUploadRow(driver, row.workspaceId, row.id);
  if (!current?.storeUpload || current.state !== "open") throw noSuchUpload();
  return store.upload(key, { id: current.storeUpload });
}

export function requireOpen({ state }: UploadRow): void {
  if (state === "open") return;
  throw new PlinthError("CONFLICT", "The upload is complete, or is being completed.");
}
