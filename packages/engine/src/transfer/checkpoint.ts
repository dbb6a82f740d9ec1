import { sha256 } from "@noble/hashes/sha2.js";
import { toBase64Url } from "@plinth/core";
import type { ImportResult, RowError } from "@plinth/formats";
import { type ByteSource, type Format, type OpenFile, openFile, type RawRecord } from "@plinth/formats";
import type { RequestContext } from "../kernel/engine.ts";
import { type IdempotencyLock, keyReused } from "../kernel/idempotency-lock.ts";
import { commitBatch, replayableResult, type WriteBatch } from "../write/write-batch.ts";
import type { ImportReport, ReportSnapshot } from "./report.ts";

/**
 * Where an import under an idempotency key is in its file. Each chunk's batch records that all rows up to its last one are done, so
 * that after the death of a process the same request goes on from there. The file is read as a stream and never kept: a
 * running digest over its records tells whether it is the same again.
 */

/** What is kept with each chunk; the errors are beside it, as they seldom change. */
interface CheckpointData extends ReportSnapshot {
  /** Of all records up to the row. */
  readonly digest: string;
}

export type Digest = ReturnType<typeof sha256.create>;

const RENEW_MS = 5_000;
const NOTHING: WriteBatch = { steps: [], replay: () => replayableResult(false, {}) };

export class Checkpoint {
  readonly #digest: Digest;
  /** Where another request has been, until this one is there too. */
  #ahead: CheckpointData | undefined;
  #errors: RowError[];
  #renewedAt: number;

  constructor(
    private readonly ctx: RequestContext,
    private readonly lock: IdempotencyLock,
    private readonly report: ImportReport,
    file: OpenFile,
  ) {
    const { progress } = lock;
    this.#digest = digestOf(file);
    this.#ahead = progress && (JSON.parse(progress.outcome) as CheckpointData);
    this.#errors = JSON.parse(progress?.body ?? "[]") as RowError[];
    this.#renewedAt = ctx.engine.clock.now();
  }

  /** Whether rows are still to be passed over. */
  get isBehind(): boolean {
    return this.#ahead !== undefined;
  }

  /** The digest up to the row that was read last. */
  get digest(): Digest {
    return this.#digest.clone();
  }

  /** Takes note of a row; true for one that is done. */
  passes({ row, bytes }: RawRecord): boolean {
    add(this.#digest, bytes);
    const ahead = this.#ahead;
    if (!ahead) return false;
    if (row === ahead.row) {
      if (textOf(this.#digest) !== ahead.digest) throw keyReused();
      this.report.restore(ahead, [...this.#errors]);
      this.#ahead = undefined;
    }
    return true;
  }

  /** At the end of the file, all that was done before must have been passed. */
  requirePassed(): void {
    if (this.#ahead) throw keyReused();
  }

  /** Writes rows in one batch with the checkpoint that they are done; `last` and `digest` are of the last one of them. */
  async writing(
    last: number,
    digest: Digest,
    rows: number,
    write: (ctx: RequestContext) => Promise<void>,
  ): Promise<void> {
    const { snapshot, errors } = this.report.snapshot(last, rows);
    const outcome = JSON.stringify({ ...snapshot, digest: textOf(digest) } satisfies CheckpointData);
    // Only ever added to.
    const isNew = errors.length !== this.#errors.length;
    await write(this.#with((lock) => lock.saveProgress({ outcome, ...(isNew && { body: JSON.stringify(errors) }) })));
    this.#errors = errors;
    this.#renewedAt = this.ctx.engine.clock.now();
  }

  /** A file that comes in slowly keeps its key as long as it does. */
  async renew(): Promise<void> {
    const now = this.ctx.engine.clock.now();
    if (now - this.#renewedAt < RENEW_MS) return;
    this.#renewedAt = now;
    await commitBatch(
      this.#with((lock) => lock.saveProgress({})),
      NOTHING,
    );
  }

  /** Keeps the answer, and of which file it was. */
  async end(result: ImportResult): Promise<void> {
    const outcome = JSON.stringify({ digest: textOf(this.#digest) } satisfies Pick<CheckpointData, "digest">);
    await commitBatch(
      this.#with((lock) => lock.commit({ ...lock.answerFor!(result), outcome })),
      NOTHING,
    );
  }

  #with(snapshot: (lock: IdempotencyLock) => ReturnType<IdempotencyLock["commit"]>): RequestContext {
    const { ctx, lock } = this;
    return { ...ctx, lock: { ...lock, commit: () => snapshot(lock) } };
  }
}

/** Fails unless this is the file of which the result was kept. */
export async function requireSameFile(format: Format, source: ByteSource, outcome: string): Promise<void> {
  const file = await openFile(format, source);
  const digest = digestOf(file);
  for await (const batch of file.batches) for (const record of batch) add(digest, record.bytes);
  if (textOf(digest) !== (JSON.parse(outcome) as CheckpointData).digest) throw keyReused();
}

function digestOf({ format, header }: OpenFile): Digest {
  const digest = sha256.create();
  add(digest, new TextEncoder().encode(format));
  if (header) add(digest, header);
  return digest;
}

const prefix = new Uint8Array(4);
const length = new DataView(prefix.buffer);

/** With their length, so that the same bytes in other rows are another file. */
function add(digest: Digest, bytes: Uint8Array): void {
  length.setUint32(0, bytes.byteLength);
  digest.update(prefix).update(bytes);
}

/** As it is now; it may go on. */
function textOf(digest: Digest): string {
  return toBase64Url(digest.clone().digest());
}
