import { type FileStore, type JsonObject, PlinthError, uuidv7 } from "@plinth/core";
import { commit } from "../../../commit/commit.ts";
import type { Requirement } from "../../../commit/requirement.ts";
import type { Engine, RequestContext } from "../../../kernel/engine.ts";
import { fileTooLarge } from "../body.ts";
import { requireBucket } from "../buckets.ts";
import { type FileLocation, filesCollection, normalLocation } from "../file-items.ts";
import { storeOf } from "../object-store.ts";
import type { FilePrecondition } from "../precondition.ts";
import { requireRoom, roomRequirement } from "../quota.ts";
import type { BucketRow } from "../repository.ts";
import { requireShare, shareRequirements } from "../shares/index.ts";
import { requireWritable } from "../write-file.ts";
import { insertUpload, mustHaveFewUploads, type UploadRow } from "./repository.ts";
import { describeUpload, expiryOf, jsonText, ownerOf, type PendingUpload } from "./state.ts";

/** What is known of a file before its first byte. All but the location may be left out. */
export interface UploadInput extends FileLocation {
  /** Who knows how its bytes arrive. Only the code of this kind continues it. */
  readonly kind: string;
  /** Bytes of the whole. */
  readonly size?: number | undefined;
  /** What the client calls it. */
  readonly contentType?: string | undefined;
  /** The whole must have this SHA-256, in lower-case hexadecimal. */
  readonly sha256?: string | undefined;
  readonly metadata?: JsonObject | null | undefined;
  readonly condition?: FilePrecondition | undefined;
  /** What the protocol by which it comes keeps with it. */
  readonly note?: string | undefined;
  /** The server cuts the bytes into parts itself. */
  readonly inSequence?: boolean | undefined;
  /** Its bytes are those of other uploads, which count already. */
  readonly isCounted?: boolean | undefined;
}

/** Of uploads that are not done. */
const MOST_UNFINISHED = { owner: 1000, workspace: 10_000 };

const MIB = 1024 ** 2;
/** One block is in memory for each upload that receives bytes. */
const BLOCK_BYTES = 8 * MIB;
const MAX_BLOCK_BYTES = 64 * MIB;

/** The largest file that arrives in sequence. */
export function mostInSequence({ capabilities }: FileStore): number {
  return Math.min(capabilities.maxObjectBytes, MAX_BLOCK_BYTES * capabilities.upload.maxParts);
}

export async function maxUploadBytes(engine: Engine): Promise<number> {
  return mostInSequence(await storeOf(engine));
}

/**
 * Begins a file that arrives over several requests. Throws as `putFile` does before it reads a body; `LIMIT_EXCEEDED` also where the caller or the
 * workspace has too many uploads that are not done. They count with what the workspace stores.
 */
export async function beginUpload(ctx: RequestContext, given: UploadInput): Promise<PendingUpload> {
  const { driver, engine, principal } = ctx;
  const store = await storeOf(engine);
  const location = normalLocation(given);
  const { kind, size, contentType, sha256, metadata, condition } = given;
  await requireWritable(ctx, filesCollection(ctx), { ...location, metadata, condition });
  const bucket = await requireBucket(ctx, location.bucket);
  const most = given.inSequence ? Math.min(bucket.maxBytes, mostInSequence(store)) : bucket.maxBytes;
  if (size !== undefined && size > most) throw fileTooLarge(most);
  const now = engine.clock.now();
  const row: UploadRow = {
    // Of a stranger's upload, the id is all that keeps others from it.
    id: crypto.randomUUID(),
    workspaceId: principal.workspaceId,
    kind,
    state: "open",
    ...location,
    content: uuidv7(now),
    storeUpload: null,
    partBytes: given.inSequence ? blockBytes(store, size ?? most) : null,
    size: given.isCounted ? null : (size ?? null),
    received: 0,
    tail: null,
    joined: false,
    contentType: contentType ?? null,
    sha256: sha256 ?? null,
    metadata: jsonText(metadata),
    condition: jsonText(condition),
    note: given.note ?? null,
    ...ownerOf(principal),
    file: null,
    createdAt: now,
    expiresAt: expiryOf({ createdAt: now }, now),
    lockToken: null,
    lockUntil: 0,
    lockWanted: false,
  };
  const requires = [
    { guard: (label: string) => mustHaveFewUploads(driver, row, MOST_UNFINISHED, label), refusal: tooManyUploads },
    ...(given.isCounted ? [] : uploadRoom(ctx, bucket)),
  ];
  return commit(ctx, { queries: [insertUpload(driver, row)], requires, data: describeUpload(row), lasting: false });
}

/** Of the batch that begins an upload or lets one grow: what was announced or has arrived counts as if it were stored. */
export function uploadRoom(ctx: RequestContext, bucket: BucketRow): Requirement[] {
  return [roomRequirement(ctx), ...shareRequirements(ctx, bucket)];
}

/** Before more bytes of an upload are stored: throws where they do not fit. Others may take the room meanwhile, so the batch asks again. */
export async function requireUploadRoom(ctx: RequestContext, bucket: BucketRow, bytes: number): Promise<void> {
  // As a file it counts since its beginning.
  const more = { bytes, contents: 0 };
  await requireRoom(ctx, more);
  await requireShare(ctx, bucket, more);
}

function blockBytes({ capabilities: { upload } }: FileStore, size: number): number {
  const needed = Math.ceil(Math.min(size, MAX_BLOCK_BYTES * upload.maxParts) / upload.maxParts / MIB) * MIB;
  return Math.max(BLOCK_BYTES, needed);
}

const tooManyUploads = () =>
  new PlinthError(
    "LIMIT_EXCEEDED",
    `At most ${MOST_UNFINISHED.owner} uploads of one caller, and ${MOST_UNFINISHED.workspace} of a workspace, may be unfinished; complete or end some of them.`,
    { max_uploads: MOST_UNFINISHED.owner, max_uploads_of_workspace: MOST_UNFINISHED.workspace },
  );
