import { chunksIn, type FileStore, invalid, PlinthError } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { storeOf } from "../object-store.ts";
import { holdLoose } from "../repository.ts";
import { storeFailure } from "../store-failure.ts";
import { beginUpload, type UploadInput } from "./begin-upload.ts";
import { completeHeld } from "./complete-upload.ts";
import { abortUpload, endUpload } from "./end-upload.ts";
import { chooseParts, joinUpload } from "./join-parts.ts";
import { type UploadLock, withUploadLock } from "./lock.ts";
import { type UploadRow, updateLockedUpload } from "./repository.ts";
import { type AppendedUpload, describeUpload, HELD, refuseTaken, requireUpload, uploadKey } from "./state.ts";

/** Uploads that are pieces of a file, and never become files of their own. */

/** The kind of such an upload. */
export const UPLOAD_PIECE = "piece";
const MAX_PIECES = 100;

/** Makes a piece whose bytes have all arrived one object. */
export async function joinPiece(ctx: RequestContext, lock: UploadLock, row: UploadRow): Promise<void> {
  if (row.joined) return;
  const store = await storeOf(ctx.engine);
  const chosen = await chooseParts(ctx, store, row, undefined);
  await joinUpload(ctx, { store, lock, row, chosen }).catch((error: unknown) => {
    throw storeFailure(error);
  });
}

/** A file whose bytes are those of complete pieces, one after the other. The pieces end with it. */
export async function concatUploads(
  ctx: RequestContext,
  input: Omit<UploadInput, "size">,
  ids: readonly string[],
): Promise<AppendedUpload> {
  const pieces = await requirePieces(ctx, ids);
  const size = pieces.reduce((sum, { received }) => sum + received, 0);
  const { id } = await beginUpload(ctx, { ...input, size, isCounted: true });
  const stored = await withUploadLock(ctx, id, async (lock) => {
    try {
      await joinPieces(ctx, lock, await requireUpload(ctx, id), pieces);
    } catch (error) {
      // Nobody has its id, and its bytes would count. The pieces stay for another try.
      await endUpload(ctx, lock, id).catch(() => undefined);
      throw storeFailure(error);
    }
    return completeHeld(ctx, lock, { id });
  });
  // Those that are left end with their time.
  for (const piece of pieces) await abortUpload(ctx, piece.id).catch(() => undefined);
  return { upload: describeUpload(await requireUpload(ctx, id)), stored };
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
  pieces: readonly UploadRow[],
): Promise<void> {
  const { driver, engine } = ctx;
  const { id, content, workspaceId, size } = row;
  const store = await storeOf(engine);
  await driver.run(holdLoose(driver, { id: content, workspaceId, since: engine.clock.now() }));
  await store.put(uploadKey(row), bytesOf(store, pieces), { size: size! });
  const joined = { joined: true, received: size! };
  await driver.batch(updateLockedUpload(driver, { id, token, label: HELD }, joined)).catch(refuseTaken);
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
