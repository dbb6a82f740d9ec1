import { PlinthError } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { storeOf } from "../object-store.ts";
import { storeFailure } from "../store-failure.ts";
import { listPartRows, type UploadRow } from "../uploads/repository.ts";
import { noSuchUpload, requireUpload, uploadKey } from "../uploads/state.ts";
import { openStoreUpload } from "../uploads/store-parts.ts";
import { signedPartUrl } from "./part-urls.ts";
import { DIRECT, DIRECT_IN_PARTS, type PlannedPart, plannedParts } from "./plan.ts";

/** An upload whose bytes the client sends by URLs, to the store itself where that has some. */
export interface DirectUpload {
  id: string;
  bucket: string;
  path: string;
  size: number;
  /** When it ends if it is not completed. */
  expires_at: string;
  urls_expire_at: string;
  /** Those that have not arrived. */
  parts: DirectPart[];
}

export interface DirectPart {
  number: number;
  size: number;
  method: "PUT";
  url: string;
}

/** For which a URL of a part is good; another request gives new ones. */
export const PART_URL_SECONDS = 3600;

/** The size of an upload of these kinds is known. */
export type DirectRow = UploadRow & { readonly size: number };

/** Throws `NOT_FOUND` for all but whoever began it, and administrators. */
export async function requireDirect(ctx: RequestContext, id: string): Promise<DirectRow> {
  const row = await requireUpload(ctx, id);
  if (isDirect(row)) return row;
  throw noSuchUpload();
}

export const isDirect = (row: UploadRow): row is DirectRow =>
  (row.kind === DIRECT || row.kind === DIRECT_IN_PARTS) && row.size !== null;

export async function findDirectUpload(ctx: RequestContext, id: string): Promise<DirectUpload> {
  return describeDirect(ctx, await requireDirect(ctx, id));
}

/** With a URL for each part that has not arrived. */
export async function describeDirect(ctx: RequestContext, row: DirectRow): Promise<DirectUpload> {
  const { id, bucket, path, size } = row;
  const urlsExpireAt = ctx.now + PART_URL_SECONDS * 1000;
  const parts = row.state === "open" ? await missingParts(ctx, row) : [];
  return {
    id,
    bucket,
    path,
    size,
    expires_at: new Date(row.expiresAt).toISOString(),
    urls_expire_at: new Date(urlsExpireAt).toISOString(),
    parts: await withUrls(ctx, row, parts),
  };
}

async function withUrls(ctx: RequestContext, row: DirectRow, parts: readonly PlannedPart[]): Promise<DirectPart[]> {
  const store = await storeOf(ctx.engine);
  if (parts.length === 0) return [];
  const urlOf = store.capabilities.presign ? await storeUrls(ctx, row) : signedPartUrl(ctx, row, PART_URL_SECONDS);
  return Promise.all(parts.map(async (part) => ({ ...part, method: "PUT" as const, url: await urlOf(part) })));
}

/** The store takes this part of this upload alone, in this length. Once the upload is complete, its URLs write nothing any more. */
async function storeUrls(ctx: RequestContext, row: DirectRow): Promise<(part: PlannedPart) => Promise<string>> {
  const store = await storeOf(ctx.engine);
  try {
    const { id: uploadId } = await openStoreUpload(ctx, row);
    return ({ number, size }) =>
      store.presign(uploadKey(row), {
        method: "PUT",
        expiresInSeconds: PART_URL_SECONDS,
        headers: { "content-length": String(size) },
        part: { uploadId, number },
      });
  } catch (error) {
    throw storeFailure(error);
  }
}

/** Parts that have not arrived, or in another length. */
export async function missingParts(ctx: RequestContext, row: DirectRow): Promise<PlannedPart[]> {
  const arrived = new Map((await arrivedParts(ctx, row)).map(({ number, size }) => [number, size]));
  return plannedParts(row).filter(({ number, size }) => arrived.get(number) !== size);
}

/** Of those that a client has sent to the store, only the store knows. */
export async function arrivedParts(ctx: RequestContext, row: DirectRow) {
  const store = await storeOf(ctx.engine);
  if (!store.capabilities.presign) return listPartRows(ctx.driver, row.id);
  if (row.storeUpload === null) return [];
  try {
    return await (await store.upload(uploadKey(row), { id: row.storeUpload })).parts();
  } catch (error) {
    throw storeFailure(error);
  }
}

export function partsMissing(missing: readonly PlannedPart[]): PlinthError {
  const numbers = missing.slice(0, 100).map(({ number }) => number);
  return new PlinthError("CONFLICT", `${missing.length} parts have not arrived, the first is ${numbers[0]}.`, {
    field: "parts",
    missing: numbers,
  });
}
