import { DataError, type Json, type JsonObject, PlinthError, type Principal } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { objectKey } from "../object-store.ts";
import type { FilePrecondition } from "../precondition.ts";
import { UPLOAD_PIECE } from "../unfinished/repository.ts";
import type { FileTarget, StoredUpload } from "../write-file.ts";
import { uploadLocked } from "./lock.ts";
import { findUploadRow, type UploadRow } from "./repository.ts";

const HOUR_MS = 3_600_000;
/** After its last bytes, and after its beginning. Stores may remove what nobody has continued for a week. */
const IDLE_MS = 24 * HOUR_MS;
const LIFE_MS = 7 * 24 * HOUR_MS;
/** The lock is still the caller's. */
export const HELD = "upload lock";

/** A file that arrives over several requests, for its owner. */
export interface PendingUpload {
  readonly id: string;
  readonly kind: string;
  readonly bucket: string;
  readonly path: string;
  readonly contentType: string | undefined;
  readonly metadata: JsonObject | null | undefined;
  /** Null: not known yet. */
  readonly size: number | null;
  /** Bytes that are stored. */
  readonly received: number;
  /** The id of the content, which is the file's `ETag`. */
  readonly content: string;
  /** What the protocol by which it comes keeps with it. */
  readonly note: string | undefined;
  /** Of one that has become a file: the file's item. */
  readonly file: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface AppendedUpload {
  readonly upload: PendingUpload;
  /** The file, once all bytes have arrived. */
  readonly stored: StoredUpload | undefined;
}

export const describeUpload = (row: UploadRow): PendingUpload => ({
  id: row.id,
  kind: row.kind,
  bucket: row.bucket,
  path: row.path,
  contentType: row.contentType ?? undefined,
  metadata: metadataOf(row),
  size: row.size,
  received: row.received,
  content: row.content,
  note: row.note ?? undefined,
  file: row.kind === UPLOAD_PIECE ? undefined : (row.file ?? undefined),
  expiresAt: row.expiresAt,
});

const metadataOf = ({ metadata }: UploadRow): JsonObject | null | undefined =>
  metadata === null ? undefined : (JSON.parse(metadata) as JsonObject | null);

export const targetOf = (row: UploadRow): FileTarget => ({
  bucket: row.bucket,
  path: row.path,
  metadata: metadataOf(row),
  condition: row.condition === null ? undefined : (JSON.parse(row.condition) as FilePrecondition),
});

/** As a column holds it. */
export const jsonText = (value: Json | FilePrecondition | undefined): string | null =>
  value === undefined ? null : JSON.stringify(value);

export const ownerOf = ({ kind, id = "" }: Principal) => ({ principalKind: kind, principalId: id });

/**
 * The upload, for whoever began it and for administrators. Everybody else gets `NOT_FOUND`, as for one that has ended. An upload of a stranger
 * belongs to whoever knows its id.
 */
export async function requireUpload(ctx: RequestContext, id: string): Promise<UploadRow> {
  const { driver, principal, engine } = ctx;
  const row = await findUploadRow(driver, principal.workspaceId, id);
  const { principalKind, principalId } = ownerOf(principal);
  const isOwn = row?.principalKind === principalKind && row.principalId === principalId;
  if (!row || !(isOwn || principal.bypass)) throw noSuchUpload();
  if (row.state === "ended" || row.expiresAt < engine.clock.now()) throw noSuchUpload();
  return row;
}

export const noSuchUpload = () =>
  new PlinthError("NOT_FOUND", "There is no such upload, or it has ended, or you did not begin it.");

export const expiryOf = ({ createdAt }: Pick<UploadRow, "createdAt">, now: number): number =>
  Math.min(now + IDLE_MS, createdAt + LIFE_MS);

/** Where the whole file will be. */
export const uploadKey = ({ workspaceId, content }: UploadRow): string => objectKey(workspaceId, content);

/** For `catch` of a batch with `updateLockedUpload`. */
export function refuseTaken(error: unknown): never {
  throw error instanceof DataError && error.guard === HELD ? uploadLocked() : error;
}
