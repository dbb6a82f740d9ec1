import { sha256 } from "@noble/hashes/sha2.js";
import { elapsed, toBase64Url } from "@plinth/core";
import type { ImportResult, RowError } from "@plinth/formats";
import { type ByteSource, type Format, type OpenFile, openFile, type RawRecord } from "@plinth/formats";
import type { RequestContext } from "../kernel/engine.ts";
import { type IdempotencyLock, keyReused } from "../kernel/idempotency-lock.ts";
import { commitBatch, replayableResult, type WriteBatch } from "../write/write-batch.ts";
import {
  type EarlierImport,
  isReplacedBy,
  type NamedOptions,
  namedOptions,
  requireSameOptions,
} from "./earlier-options.ts";
import type { ImportOptions } from "./import.ts";
import type { ImportReport, ReportSnapshot } from "./report.ts";

/**
 * The progress of an import with an idempotency key. Each chunk's batch records that all rows up to its last one are
 * done, so that after a crash the same request continues from there. The file is read as a stream and never stored: a
 * running digest of its records shows whether it is the same file.
 */

/** Stored with each chunk. The errors are stored separately, as they seldom change. */
interface CheckpointData extends ReportSnapshot {
  /** Of all records up to the row. */
  readonly digest: string;
  readonly options?: NamedOptions;
}

/** Stored with the answer. */
type ImportedFile = EarlierImport & Pick<CheckpointData, "digest">;

export type Digest = ReturnType<typeof sha256.create>;

const RENEW_MS = 5_000;
const NOTHING: WriteBatch = { steps: [], replay: () => replayableResult(false, {}) };

export class Checkpoint {
  readonly #digest: Digest;
  /** The progress of an earlier request, until this one reaches it. */
  #ahead: CheckpointData | undefined;
  #errors: RowError[];
  #renewedAt: number;

  constructor(
    private readonly ctx: RequestContext,
    private readonly lock: IdempotencyLock,
    private readonly report: ImportReport,
    file: OpenFile,
    private readonly options: NamedOptions,
  ) {
    const { progress } = lock;
    this.#digest = digestOf(file);
    this.#ahead = progress && (JSON.parse(progress.result) as CheckpointData);
    this.#errors = JSON.parse(progress?.body ?? "[]") as RowError[];
    if (this.#ahead) requireSameOptions(options, this.#ahead);
    this.#renewedAt = ctx.engine.clock.now();
  }

  /** Whether there are still rows to skip. */
  get isBehind(): boolean {
    return this.#ahead !== undefined;
  }

  /** The digest up to the last row that was read. */
  get digest(): Digest {
    return this.#digest.clone();
  }

  /** Adds a row to the digest. True: an earlier request already imported it. */
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

  /** At the end of the file, it must have passed all rows that were done before. */
  requirePassed(): void {
    if (this.#ahead) throw keyReused();
  }

  /** Writes rows in one batch with their checkpoint. `last` and `digest` belong to the last of these rows. */
  async writing(
    last: number,
    digest: Digest,
    rows: number,
    write: (ctx: RequestContext) => Promise<void>,
  ): Promise<void> {
    const { snapshot, errors } = this.report.snapshot(last, rows);
    const { options } = this;
    const saved = JSON.stringify({ ...snapshot, digest: textOf(digest), options } satisfies CheckpointData);
    // Errors are only added, so the length shows a change.
    const isNew = errors.length !== this.#errors.length;
    await write(
      this.#with((lock) => lock.saveProgress({ result: saved, ...(isNew && { body: JSON.stringify(errors) }) })),
    );
    this.#errors = errors;
    this.#renewedAt = this.ctx.engine.clock.now();
  }

  /** A slow upload keeps its key while it lasts. */
  async renew(): Promise<void> {
    const now = this.ctx.engine.clock.now();
    if (elapsed(now, this.#renewedAt) < RENEW_MS) return;
    this.#renewedAt = now;
    await commitBatch(
      this.#with((lock) => lock.saveProgress({})),
      NOTHING,
    );
  }

  /** Stores the answer, the digest of its file, and what another import of the file has to know. */
  async end(result: ImportResult): Promise<void> {
    const { inserted, updated = 0, written = 0 } = result;
    const digest = textOf(this.#digest);
    const saved = JSON.stringify({ digest, options: this.options, inserted, updated, written } satisfies ImportedFile);
    await commitBatch(
      this.#with((lock) => lock.commit({ ...lock.answerFor!(result), result: saved })),
      NOTHING,
    );
  }

  #with(snapshot: (lock: IdempotencyLock) => ReturnType<IdempotencyLock["commit"]>): RequestContext {
    const { ctx, lock } = this;
    return { ...ctx, lock: { ...lock, commit: () => snapshot(lock) } };
  }
}

/** Throws unless this is the file of the stored result. */
export async function requireSameFile(format: Format, source: ByteSource, saved: string): Promise<void> {
  const file = await openFile(format, source);
  const digest = digestOf(file);
  for await (const batch of file.batches) for (const record of batch) add(digest, record.bytes);
  if (textOf(digest) !== (JSON.parse(saved) as ImportedFile).digest) throw keyReused();
}

/**
 * Whether a key with this stored result is free for an import with these options.
 * @throws CONFLICT if its import had other options and wrote rows.
 */
export function isFreeForImport(options: ImportOptions, saved: string): boolean {
  return isReplacedBy(namedOptions(options), JSON.parse(saved) as ImportedFile);
}

function digestOf({ format, header }: OpenFile): Digest {
  const digest = sha256.create();
  add(digest, new TextEncoder().encode(format));
  if (header) add(digest, header);
  return digest;
}

const prefix = new Uint8Array(4);
const length = new DataView(prefix.buffer);

/** Includes the length, so that the same bytes in other rows give another digest. */
function add(digest: Digest, bytes: Uint8Array): void {
  length.setUint32(0, bytes.byteLength);
  digest.update(prefix).update(bytes);
}

/** The current digest as text; more bytes may follow. */
function textOf(digest: Digest): string {
  return toBase64Url(digest.clone().digest());
}
