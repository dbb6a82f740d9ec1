import { sha256 } from "@noble/hashes/sha2.js";
import { toBase64Url } from "@plinth/core";
import type { ImportResult, RowError } from "@plinth/formats";
import { type ByteSource, type Format, type OpenFile, openFile, type RawRecord } from "@plinth/formats";
import { type Claim, keyReused } from "../kernel/claim.ts";
import type { Scope } from "../kernel/engine.ts";
import { commitPlan, outcomeOf, type WritePlan } from "../write/plan.ts";
import type { ImportReport, ReportMark } from "./report.ts";

/**
 * Where an import under an idempotency key is in its file. Each chunk's batch marks all rows up to its last one as done, so
 * that after the death of a process the same request goes on from there. The file is read as a stream and never kept: a
 * running digest over its records tells whether it is the same again.
 */

/** What is kept with each chunk; the errors are beside it, as they seldom change. */
interface Mark extends ReportMark {
  /** Of all records up to the row. */
  readonly digest: string;
}

export type Digest = ReturnType<typeof sha256.create>;

const RENEW_MS = 5_000;
const NOTHING: WritePlan = { parts: [], outcome: () => outcomeOf(false, {}) };

export class Bookmark {
  readonly #digest: Digest;
  /** Where another request has been, until this one is there too. */
  #ahead: Mark | undefined;
  #errors: RowError[];
  #renewedAt: number;

  constructor(
    private readonly scope: Scope,
    private readonly claim: Claim,
    private readonly report: ImportReport,
    file: OpenFile,
  ) {
    const { marked } = claim;
    this.#digest = digestOf(file);
    this.#ahead = marked && (JSON.parse(marked.outcome) as Mark);
    this.#errors = JSON.parse(marked?.body ?? "[]") as RowError[];
    this.#renewedAt = scope.engine.clock.now();
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

  /** Writes rows in one batch with the mark that they are done; `last` and `digest` are of the last one of them. */
  async writing(last: number, digest: Digest, rows: number, write: (scope: Scope) => Promise<void>): Promise<void> {
    const { mark, errors } = this.report.mark(last, rows);
    const outcome = JSON.stringify({ ...mark, digest: textOf(digest) } satisfies Mark);
    // Only ever added to.
    const isNew = errors.length !== this.#errors.length;
    await write(this.#with((claim) => claim.mark({ outcome, ...(isNew && { body: JSON.stringify(errors) }) })));
    this.#errors = errors;
    this.#renewedAt = this.scope.engine.clock.now();
  }

  /** A file that comes in slowly keeps its key as long as it does. */
  async renew(): Promise<void> {
    const now = this.scope.engine.clock.now();
    if (now - this.#renewedAt < RENEW_MS) return;
    this.#renewedAt = now;
    await commitPlan(
      this.#with((claim) => claim.mark({})),
      NOTHING,
    );
  }

  /** Keeps the answer, and of which file it was. */
  async end(result: ImportResult): Promise<void> {
    const outcome = JSON.stringify({ digest: textOf(this.#digest) } satisfies Pick<Mark, "digest">);
    await commitPlan(
      this.#with((claim) => claim.commit({ ...claim.tell!(result), outcome })),
      NOTHING,
    );
  }

  #with(mark: (claim: Claim) => ReturnType<Claim["commit"]>): Scope {
    const { scope, claim } = this;
    return { ...scope, claim: { ...claim, commit: () => mark(claim) } };
  }
}

/** Fails unless this is the file of which the outcome was kept. */
export async function requireSameFile(format: Format, source: ByteSource, outcome: string): Promise<void> {
  const file = await openFile(format, source);
  const digest = digestOf(file);
  for await (const batch of file.batches) for (const record of batch) add(digest, record.bytes);
  if (textOf(digest) !== (JSON.parse(outcome) as Mark).digest) throw keyReused();
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
