import { type FileStore, FileStoreError, invalid, PlinthError, type SqlQuery, spentChunksIn } from "@plinth/core";
import { isLostActor } from "../../../commit/actor.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { findVisibleById } from "../../../write/create.ts";
import { type BodyFacts, fileTooLarge, inspectBody } from "../body.ts";
import { requireBucket } from "../buckets.ts";
import { filesCollection } from "../file-items.ts";
import { hashOf, storeOf } from "../object-store.ts";
import type { FilePrecondition } from "../precondition.ts";
import { removeLater } from "../repository.ts";
import { storeFailure } from "../store-failure.ts";
import { contentValues, publishContent, type StoredUpload } from "../write-file.ts";
import { endUpload } from "./end-upload.ts";
import { type ChosenPart, chooseParts, joinUpload } from "./join-parts.ts";
import { type UploadLock, withUploadLock } from "./lock.ts";
import { deleteParts, type UploadRow, updateLockedUpload } from "./repository.ts";
import { HELD, refuseTaken, requireUpload, targetOf, uploadKey } from "./state.ts";

const LOST = "Your session or key has ended since the request began; continue the upload with new credentials.";

export interface CompletionInput {
  /** The file is these parts in the order of their numbers. Absent: all that have arrived. */
  readonly parts?: readonly ChosenPart[] | undefined;
  /** The whole must have this SHA-256, in lower-case hexadecimal. */
  readonly sha256?: string | undefined;
  /** Of the file, in place of the one with which the upload began. */
  readonly condition?: FilePrecondition | undefined;
  /** Further statements of the batch that makes it a file. */
  readonly beside?: (() => readonly SqlQuery[]) | undefined;
}

/**
 * Makes an upload a file, under the rules of this moment; again, it answers with the file. Parts that are missing or too small leave it open. Where
 * the whole is refused, by its length, its hash, a rule, a condition or a limit, the upload ends and its bytes are removed.
 */
export async function completeUpload(
  ctx: RequestContext,
  id: string,
  input: CompletionInput = {},
): Promise<StoredUpload> {
  const row = await requireUpload(ctx, id);
  if (row.state === "done") return storedBefore(ctx, row);
  return withUploadLock(ctx, id, (lock) => completeHeld(ctx, lock, { id, ...input }));
}

/** The same for whoever holds its lock. `facts`: of its bytes, if they are known. */
export async function completeHeld(
  ctx: RequestContext,
  lock: UploadLock,
  {
    id,
    parts,
    sha256,
    facts,
    condition,
    beside: further = () => [],
  }: CompletionInput & { readonly id: string; readonly facts?: BodyFacts | undefined },
): Promise<StoredUpload> {
  const row = await requireUpload(ctx, id);
  if (row.state === "done") return storedBefore(ctx, row);
  const store = await storeOf(ctx.engine);
  const chosen = await chooseParts(ctx, store, row, parts);
  await joinUpload(ctx, { store, lock, row, chosen }).catch((error: unknown) => refuseJoin(ctx, lock, id, error));
  try {
    const bucket = await requireBucket(ctx, row.bucket);
    const known = facts ?? (await readFacts(ctx, store, row, bucket.maxBytes));
    requireAnnounced(row, known, sha256);
    const values = contentValues(row.content, known, row.contentType ?? undefined);
    const beside = (file: string): SqlQuery[] => [
      ...doneQueries(ctx, lock, row, { file, size: known.size }),
      ...further(),
    ];
    return await publishContent(ctx, {
      input: { ...targetOf(row), ...(condition && { condition }) },
      bucket,
      values,
      beside,
    }).catch(refuseTaken);
  } catch (error) {
    // A session that ended meanwhile ends no upload: its owner goes on with another one.
    if (isLostActor(error)) throw new PlinthError("UNAUTHORIZED", LOST, undefined, { cause: error });
    // Where the file was made and only the answer failed, the bytes are the file's.
    if (isFinal(error) && (await requireUpload(ctx, id)).state !== "done") await endUpload(ctx, lock, id);
    throw error;
  }
}

/** What the store has lost of it, nobody can send again. */
async function refuseJoin(ctx: RequestContext, lock: UploadLock, id: string, error: unknown): Promise<never> {
  const isLost = error instanceof FileStoreError && (error.kind === "invalid_part" || error.kind === "not_found");
  if (!isLost) throw storeFailure(error);
  await endUpload(ctx, lock, id);
  const message = "The store has lost bytes of this upload; send the file again.";
  throw new PlinthError("CONFLICT", message, undefined, { cause: error });
}

async function storedBefore(ctx: RequestContext, { file, content }: UploadRow): Promise<StoredUpload> {
  const [seen] = await findVisibleById(ctx, filesCollection(ctx), [file!]);
  return { file: seen ?? { id: file! }, content, created: false };
}

/** Another try would be refused as well. */
const isFinal = (error: unknown): boolean =>
  error instanceof PlinthError && error.status < 500 && error.code !== "UPLOAD_LOCKED";

function doneQueries(
  { driver, engine }: RequestContext,
  { token }: UploadLock,
  row: UploadRow,
  { file, size }: { readonly file: string; readonly size: number },
): SqlQuery[] {
  const { id, tail, workspaceId } = row;
  const done = { state: "done", file, size, received: size, tail: null } as const;
  return [
    ...updateLockedUpload(driver, { id, token, label: HELD }, done),
    deleteParts(driver, id),
    ...(tail === null ? [] : [removeLater(driver, { id: tail, workspaceId, since: engine.clock.now() })]),
  ];
}

/** Reads the stored object once. */
async function readFacts(ctx: RequestContext, store: FileStore, row: UploadRow, max: number): Promise<BodyFacts> {
  try {
    const { stream, size } = await store.get(uploadKey(row));
    if (size > max) {
      await stream.cancel();
      throw fileTooLarge(max);
    }
    const inspected = inspectBody(stream, max, hashOf(ctx.engine));
    for await (const _ of spentChunksIn(inspected.stream));
    return await inspected.facts();
  } catch (error) {
    throw storeFailure(error instanceof PlinthError && error.cause instanceof FileStoreError ? error.cause : error);
  }
}

function requireAnnounced(row: UploadRow, { size, sha256 }: BodyFacts, given: string | undefined): void {
  if (row.size !== null && row.size !== size)
    throw invalid("size", `the upload has ${size} bytes, and ${row.size} were announced`);
  for (const one of [row.sha256 ?? undefined, given])
    if (one !== undefined && one !== sha256) throw invalid("sha256", "the bytes have another SHA-256");
}
