import { chunksIn, DataError, type FileStore, invalid, PlinthError } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { objectKey, storeOf } from "../object-store.ts";
import { deleteLoose, holdLoose } from "../repository.ts";
import { storeFailure } from "../store-failure.ts";
import { UPLOAD_PIECE } from "../unfinished/repository.ts";
import { beginUpload, type UploadInput } from "./begin-upload.ts";
import { completeHeld, completeUpload } from "./complete-upload.ts";
import { endUpload } from "./end-upload.ts";
import { chooseParts, joinUpload } from "./join-parts.ts";
import { type UploadLock, withUploadLock } from "./lock.ts";
import { spendPieces, type UploadRow, updateLockedUpload } from "./repository.ts";
import { type AppendedUpload, describeUpload, HELD, refuseTaken, requireUpload, uploadKey } from "./state.ts";

/** Uploads that are pieces of a file, and never become files of their own. */

const MAX_PIECES = 100;
const SPENT = "pieces";

/** Makes a piece whose bytes have all arrived one object. */
export async function joinPiece(ctx: RequestContext, lock: UploadLock, row: UploadRow): Promise<void> {
  if (row.joined) return;
  const store = await storeOf(ctx.engine);
  const chosen = await chooseParts(ctx, store, row, undefined);
  await joinUpload(ctx, { store, lock, row, chosen }).catch((error: unknown) => {
    throw storeFailure(error);
  });
}

/**
 * A file whose bytes are those of complete pieces, one after the other. Their bytes are removed with it. Again, as by a client that did not get the
 * answer, it answers with the file.
 */
export async function concatUploads(
  ctx: RequestContext,
  input: Omit<UploadInput, "size">,
  ids: readonly string[],
): Promise<AppendedUpload> {
  const [first] = await requirePieces(ctx, ids);
  if (!first) throw invalid("upload-concat", "must name partial uploads");
  // A request that comes while the one before is still at work waits for its file.
  return withUploadLock(ctx, first.id, async () => {
    const pieces = await requirePieces(ctx, ids);
    return (await joinedBefore(ctx, pieces)) ?? concat(ctx, input, pieces);
  });
}

/** Undefined: they are in no file. */
async function joinedBefore(ctx: RequestContext, pieces: readonly UploadRow[]): Promise<AppendedUpload | undefined> {
  const [whole, ...others] = new Set(pieces.map(({ file }) => file));
  if (others.length > 0) throw invalid("upload-concat", "names a partial upload that is in another file");
  if (!whole) return undefined;
  return { stored: await completeUpload(ctx, whole), upload: describeUpload(await requireUpload(ctx, whole)) };
}

async function concat(
  ctx: RequestContext,
  input: Omit<UploadInput, "size">,
  pieces: readonly UploadRow[],
): Promise<AppendedUpload> {
  const { driver, engine } = ctx;
  const size = pieces.reduce((sum, { received }) => sum + received, 0);
  const { id } = await beginUpload(ctx, { ...input, size, isCounted: true });
  const stored = await withUploadLock(ctx, id, async (lock) => {
    try {
      await joinPieces(ctx, lock, await requireUpload(ctx, id), { pieces, size });
    } catch (error) {
      // Nobody has its id, and its bytes would count. The pieces stay for another try.
      await endUpload(ctx, lock, id).catch(() => undefined);
      throw storeFailure(error);
    }
    const ids = pieces.map((piece) => piece.id);
    const beside = () => spendPieces(driver, { ids, whole: id, since: engine.clock.now(), label: SPENT });
    return completeHeld(ctx, lock, { id, beside }).catch(async (error: unknown) => {
      // The bytes would stay in the store, and count nowhere.
      if (isSpent(error)) await endUpload(ctx, lock, id).catch(() => undefined);
      return refuseSpent(error);
    });
  });
  await removeBytes(ctx, pieces);
  return { upload: describeUpload(await requireUpload(ctx, id)), stored };
}

/** Another request has made them a file meanwhile, or they have ended. */
const isSpent = (error: unknown): boolean => error instanceof DataError && error.guard === SPENT;

function refuseSpent(error: unknown): never {
  throw isSpent(error) ? invalid("upload-concat", "names a partial upload that has ended") : error;
}

/** The sweeper does it where this fails. */
async function removeBytes({ driver, engine, principal }: RequestContext, pieces: readonly UploadRow[]): Promise<void> {
  try {
    const objects = pieces.flatMap(({ content, tail }) => (tail === null ? [content] : [content, tail]));
    const { workspaceId } = principal;
    await (await storeOf(engine)).delete(objects.map((object) => objectKey(workspaceId, object)));
    await deleteLoose(driver, objects);
  } catch (error) {
    engine.log.warn("the bytes of joined pieces are removed later", { error });
  }
}

async function requirePieces(ctx: RequestContext, ids: readonly string[]): Promise<UploadRow[]> {
  if (ids.length > MAX_PIECES) throw new PlinthError("LIMIT_EXCEEDED", `A file has at most ${MAX_PIECES} pieces.`);
  if (new Set(ids).size < ids.length) throw invalid("upload-concat", "names a partial upload twice");
  const rows: UploadRow[] = [];
  for (const id of ids) {
    const row = await requireUpload(ctx, id);
    if (row.kind !== UPLOAD_PIECE) throw invalid("upload-concat", "must name partial uploads only");
    if (!row.joined) throw invalid("upload-concat", "names a partial upload of which bytes are missing");
    rows.push(row);
  }
  return rows;
}

async function joinPieces(
  ctx: RequestContext,
  { token }: UploadLock,
  row: UploadRow,
  { pieces, size }: { readonly pieces: readonly UploadRow[]; readonly size: number },
): Promise<void> {
  const { driver, engine } = ctx;
  const { id, content, workspaceId } = row;
  const store = await storeOf(engine);
  await driver.run(holdLoose(driver, { id: content, workspaceId, since: engine.clock.now() }));
  await store.put(uploadKey(row), bytesOf(store, pieces), { size });
  // Its bytes count as those of the pieces until it is done.
  await driver.batch(updateLockedUpload(driver, { id, token, label: HELD }, { joined: true })).catch(refuseTaken);
}

function bytesOf(store: FileStore, pieces: readonly UploadRow[]): ReadableStream<Uint8Array> {
  const chunks = chunksOf(store, pieces);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await chunks.return(undefined)),
    },
    { highWaterMark: 0 },
  );
}

async function* chunksOf(store: FileStore, pieces: readonly UploadRow[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    // Of an empty one there is nothing to read.
    if (piece.received > 0) yield* chunksIn((await store.get(uploadKey(piece))).stream);
  }
}
