import { invalid, PlinthError, releaseChunk } from "@plinth/core";
import { mustHold, refuseUnmet } from "../../../commit/requirement.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { type BodyFacts, cutShort, endBy, fileTooLarge } from "../body.ts";
import { requireBucket } from "../buckets.ts";
import { type UploadMemory, withMemory } from "../memory.ts";
import { storeOf } from "../object-store.ts";
import { storeFailure } from "../store-failure.ts";
import { UPLOAD_PIECE } from "../unfinished/repository.ts";
import { mostInSequence, uploadRoom } from "./begin-upload.ts";
import { completeHeld } from "./complete-upload.ts";
import { joinPiece } from "./concat-uploads.ts";
import { type UploadLock, withUploadLock } from "./lock.ts";
import { type UploadRow, updateLockedUpload } from "./repository.ts";
import { sequenceSink } from "./sequence-sink.ts";
import { type AppendedUpload, describeUpload, HELD, refuseTaken, requireUpload } from "./state.ts";

export interface AppendInput {
  /** Bytes that the client believes to be stored. */
  readonly offset: number;
  readonly body: ReadableStream<Uint8Array>;
  /** Bytes of the body, where the client has said it. */
  readonly length: number | undefined;
  /** Bytes of the whole, where that is said only now. */
  readonly size?: number | undefined;
  /** Looks at the bytes, and says in the end whether they are right. Where they are not, none of them is kept. */
  readonly digest?: BodyDigest | undefined;
}

export interface BodyDigest {
  update(bytes: Uint8Array): void;
  matches(): Promise<boolean>;
}

/**
 * Appends to an upload that arrives in sequence. Whatever ends the body early, the bytes that arrived are stored, and the answer or the next
 * `continueUpload` counts them. The last byte makes it a file, as `completeUpload` does.
 */
export function appendToUpload(ctx: RequestContext, id: string, input: AppendInput): Promise<AppendedUpload> {
  return withSequence(ctx, id, async (lock, row) => {
    if (row.received !== input.offset) {
      const message = `The upload has ${row.received} bytes, and these would follow after ${input.offset}.`;
      throw new PlinthError("CONFLICT", message, { field: "upload-offset", offset: row.received });
    }
    const sized = await withSize(ctx, lock, row, input.size);
    if (sized.state === "done" || sized.received === sized.size) return undefined;
    return append(ctx, lock, sized, input);
  });
}

/** What has arrived so far. One of which all bytes have arrived, and which was cut off there, becomes a file. */
export async function continueUpload(ctx: RequestContext, id: string): Promise<AppendedUpload> {
  return withSequence(ctx, id, async () => undefined);
}

async function withSequence(
  ctx: RequestContext,
  id: string,
  work: (lock: UploadLock, row: UploadRow) => Promise<BodyFacts | undefined>,
): Promise<AppendedUpload> {
  await requireUpload(ctx, id);
  return withUploadLock(ctx, id, async (lock) => {
    const facts = await work(lock, await requireUpload(ctx, id));
    const row = await requireUpload(ctx, id);
    const isWhole = row.state !== "done" && row.received === row.size;
    if (isWhole && row.kind === UPLOAD_PIECE) await joinPiece(ctx, lock, row);
    const stored = isWhole && row.kind !== UPLOAD_PIECE ? await completeHeld(ctx, lock, { id, facts }) : undefined;
    return { upload: describeUpload(stored ? await requireUpload(ctx, id) : row), stored };
  });
}

/** The size can be said once. */
async function withSize(
  ctx: RequestContext,
  { token }: UploadLock,
  row: UploadRow,
  size: number | undefined,
): Promise<UploadRow> {
  if (size === undefined || size === row.size) return row;
  if (row.size !== null) throw invalid("upload-length", `was announced as ${row.size}, and cannot be changed`);
  if (size < row.received) throw invalid("upload-length", `must be at least ${row.received}, which have arrived`);
  const most = await mostOf(ctx, row);
  if (size > most) throw fileTooLarge(most);
  const { driver } = ctx;
  const room = uploadRoom(ctx, await requireBucket(ctx, row.bucket));
  const change = updateLockedUpload(driver, { id: row.id, token, label: HELD }, { size });
  await driver
    .batch([...change, ...mustHold(room)])
    .catch(refuseUnmet(room))
    .catch(refuseTaken);
  return { ...row, size };
}

async function mostOf(ctx: RequestContext, { bucket, size }: UploadRow): Promise<number> {
  if (size !== null) return size;
  const { maxBytes } = await requireBucket(ctx, bucket);
  return Math.min(maxBytes, mostInSequence(await storeOf(ctx.engine)));
}

async function append(
  ctx: RequestContext,
  lock: UploadLock,
  row: UploadRow,
  input: AppendInput,
): Promise<BodyFacts | undefined> {
  const { length } = input;
  const most = await mostOf(ctx, row);
  if (row.received + (length ?? 0) > most) throw fileTooLarge(most);
  return withMemory(ctx, (memory) => appendWithin(ctx, lock, row, { ...input, most, memory }));
}

async function appendWithin(
  ctx: RequestContext,
  lock: UploadLock,
  row: UploadRow,
  { body, digest, most, memory }: AppendInput & { readonly most: number; readonly memory: UploadMemory },
): Promise<BodyFacts | undefined> {
  const sink = await sequenceSink(ctx, { row, lock, memory, atOnce: digest !== undefined });
  let cut: BodyCut | undefined;
  try {
    for await (const chunk of chunksUntil(body, [lock.signal, memory.signal])) {
      if (sink.received + chunk.byteLength > most) throw fileTooLarge(most);
      digest?.update(chunk);
      await sink.write(chunk);
    }
  } catch (error) {
    if (!(error instanceof BodyCut)) throw storeFailure(error);
    if (digest) throw error.refusal;
    cut = error;
  }
  if (digest && !(await digest.matches())) throw new PlinthError("CHECKSUM_MISMATCH");
  const facts = await sink.end().catch((error: unknown) => {
    throw storeFailure(error);
  });
  if (cut) throw cut.refusal;
  return facts;
}

/** The body has ended early, or another request waits for the upload. */
class BodyCut extends Error {
  override readonly name = "BodyCut";

  get refusal(): unknown {
    return this.cause instanceof PlinthError ? this.cause : cutShort(this.cause);
  }
}

/** Each is gone when the next one is asked for. */
async function* chunksUntil(
  body: ReadableStream<Uint8Array>,
  signals: readonly AbortSignal[],
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (const signal of signals) endBy(signal, reader);
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new BodyCut("cut", { cause });
      });
      const ended = signals.find(({ aborted }) => aborted);
      if (ended) throw new BodyCut("cut", { cause: ended.reason });
      if (done) return;
      yield value;
      releaseChunk(value);
    }
  } finally {
    // Not awaited: a host may only settle it after the response has been sent.
    reader.cancel().catch(() => undefined);
  }
}
