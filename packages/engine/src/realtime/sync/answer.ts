import { type JsonObject, type LogPosition, PlinthError } from "@plinth/core";
import { logReader } from "../../changelog/index.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { isOutOfTime, requireTime } from "../../kernel/request-budget.ts";
import { bytesOf, maxBytesOf } from "../../read/answer-bytes.ts";
import { countIn } from "../../read/page.ts";
import { type NetPage, type NetReader, netReader } from "../net-changes.ts";
import { type PlacedChange, type SyncChange, shapeChanges } from "./events.ts";
import { syncFigures } from "./figures.ts";
import { type SyncShape, shapeOf } from "./shape.ts";
import { readSnapshot, type SnapshotPage, shorter } from "./snapshot.ts";
import { parseSyncToken, type SnapshotProgress, type SyncState, tokenOf } from "./token.ts";
import type { FollowOptions, ShapeError, SnapshotReason, SyncAnswer, SyncRequest, SyncSnapshot } from "./types.ts";

/**
 * A caller's copy of several shapes. There are no phases: each answer has what changed since the caller's position, and
 * then the next rows of the snapshots that are not complete. The rows were read after those changes, so the answer is
 * applied in this order, and every later change of a row comes with a later answer. That is why a copy converges: a row
 * that changed after it was sent comes again, and all others are as they were sent.
 */

const DEFAULT_LIMIT = 500;

/** Throws the error of a shape if no other is left and the caller has no copy that it must be told about. */
export async function syncAnswer(
  ctx: RequestContext,
  request: SyncRequest,
  reader: NetReader = netReader(logReader(ctx.engine, ctx.driver)),
): Promise<SyncAnswer> {
  return (await openSync(ctx, request, reader).run()).answer;
}

/** Throws what is wrong with the request. */
export function openSync(
  ctx: RequestContext,
  request: SyncRequest,
  reader: NetReader,
  follow?: FollowOptions,
): SyncRun {
  const { maxLimit } = ctx.engine.config;
  const limit = countIn(request.limit, "limit", Math.min(DEFAULT_LIMIT, maxLimit), 1, maxLimit);
  const state = request.after === undefined ? undefined : parseSyncToken(ctx, request.after);
  const run = new SyncRun(ctx, state, reader, limit, follow);
  run.open(request.shapes);
  return run;
}

interface SyncOutcome {
  readonly answer: SyncAnswer;
  /** Whether it tells the caller anything but a new position. */
  readonly news: boolean;
}

/** One answer while it is made. */
export class SyncRun {
  readonly #progress = new Map<SyncShape, SnapshotProgress>();
  readonly #begun = new Map<SyncShape, SnapshotReason>();
  readonly #errors = new Map<string, PlinthError>();
  readonly #snapshots: { [shape: string]: SyncSnapshot } = {};
  #changes: SyncChange[] = [];
  #position: LogPosition = "";
  #more = false;
  #partial = false;
  #pages = 0;

  constructor(
    private readonly ctx: RequestContext,
    private readonly state: SyncState | undefined,
    private readonly reader: NetReader,
    private readonly limit: number,
    private readonly follow: FollowOptions | undefined,
  ) {}

  open(inputs: SyncRequest["shapes"]): void {
    for (const [name, input] of inputs) {
      try {
        const shape = shapeOf(this.ctx, name, input, this.reader);
        const known = this.state?.shapes.get(shape.key);
        if (known) this.#progress.set(shape, known);
        else this.#begin(shape, "new");
      } catch (error) {
        this.#refuse(name, error);
      }
    }
    this.#throwIfNoneLeft();
  }

  #refuse(shape: string, error: unknown): void {
    if (!(error instanceof PlinthError)) throw error;
    this.#errors.set(shape, error);
  }

  #throwIfNoneLeft(): void {
    const [error] = this.#errors.values();
    if (error && this.#progress.size === 0 && !this.state) throw error;
  }

  #begin(shape: SyncShape, reason: SnapshotReason): void {
    this.#begun.set(shape, reason);
    this.#progress.set(shape, { after: "" });
  }

  /** Of a shape of which nothing was sent yet, nothing can have changed. */
  #follows(shape: SyncShape): boolean {
    const progress = this.#progress.get(shape)!;
    return progress === "complete" || progress.after !== "";
  }

  get #followed(): SyncShape[] {
    return [...this.#progress.keys()].filter((shape) => this.#follows(shape));
  }

  /** Whether it reads rows as a list does, and not only what has changed. */
  get readsRows(): boolean {
    return [...this.#progress.values()].some((progress) => progress !== "complete");
  }

  /** Whether time alone changes the copy. */
  get timed(): boolean {
    return [...this.#progress.keys()].some(({ mapper }) => mapper.timed);
  }

  /** Ids of the collections whose changes matter. */
  get collectionIds(): ReadonlySet<string> {
    const shapes = [...this.#progress.keys()];
    return new Set(shapes.flatMap(({ visibility: { collection, dependsOn } }) => [collection.id, ...dependsOn]));
  }

  /** Equal for callers whose answers are equal if their `after` and `limit` are. */
  get key(): string {
    const refused = [...this.#errors].map(([name, { code, message }]) => [name, code, message]);
    return JSON.stringify([[...this.#progress.keys()].map(({ key }) => key), refused]);
  }

  async run(): Promise<SyncOutcome> {
    await this.#readChanges();
    await this.#readSnapshots();
    const answer = this.#answer();
    const keys = new Set([...this.#progress.keys()].map(({ key }) => key));
    const refused = [...(this.state?.shapes.keys() ?? keys)].some((key) => !keys.has(key));
    const news = refused || answer.changes.length > 0 || answer.snapshots !== undefined || answer.more;
    if (news) this.#count(answer);
    return { answer, news };
  }

  #count({ changes, snapshots = {} }: SyncAnswer): void {
    const figures = syncFigures(this.ctx.engine);
    figures.answers++;
    figures.changes += changes.length;
    for (const { begin, rows } of Object.values(snapshots)) {
      figures.rows += rows.length;
      if (begin) figures.snapshots[begin]++;
    }
  }

  async #readChanges(): Promise<void> {
    const { ctx, state, reader } = this;
    for (let limit = this.limit; state && this.#followed.length > 0; limit = shorter(limit)) {
      const found = await this.#pageOf(state, limit);
      if (!found) break;
      const { page, changes } = found;
      const bytes = changes.reduce((sum, { change }) => sum + bytesOf(change.data), 0);
      if (bytes > Math.min(maxBytesOf(ctx), this.#maxBytes) && limit > 1) continue;
      if (this.#followed.length === 0) break;
      if (ctx.budget) ctx.budget.bytes += bytes;
      this.#changes = changes.map(({ change }) => change);
      this.#position = page.next;
      this.#more = page.more;
      this.#partial = page.partial;
      return;
    }
    // All snapshots begin: nothing before this moment matters to them.
    this.#position = await reader.head(ctx.principal.workspaceId);
  }

  async #changesOf(state: SyncState, page: NetPage): Promise<PlacedChange[]> {
    const { ctx } = this;
    const all: PlacedChange[] = [];
    for (const shape of this.#followed) {
      requireTime(ctx, "shapes");
      const changes = await shapeChanges(ctx, shape, state, page, ctx.now);
      if (changes) all.push(...changes);
      else this.#begin(shape, "many");
    }
    return all.sort((a, b) => a.at - b.at);
  }

  get #maxBytes(): number {
    return this.follow?.maxBytes ?? this.ctx.engine.config.maxAnswerBytes;
  }

  /** The log may be trimmed between the read of a page and that of what came after it. */
  async #pageOf(state: SyncState, limit: number): Promise<{ page: NetPage; changes: PlacedChange[] } | undefined> {
    const { reader, ctx } = this;
    const { workspaceId } = ctx.principal;
    try {
      const { collectionIds } = this;
      const recent = this.follow?.recent(state.position, collectionIds);
      const page =
        recent && recent.changes.length <= limit
          ? recent
          : await reader.read(workspaceId, state.position, { limit, collectionIds: [...collectionIds] });
      return { page, changes: await this.#changesOf(state, page) };
    } catch (error) {
      if (!(error instanceof PlinthError) || error.code !== "GONE") throw error;
      for (const shape of [...this.#progress.keys()]) this.#begin(shape, "gone");
      return undefined;
    }
  }

  /** Not while changes wait: they would have to be applied to these rows too. */
  async #readSnapshots(): Promise<void> {
    let left = this.#more || this.#partial ? 0 : this.limit;
    for (const [shape, progress] of [...this.#progress]) {
      if (progress === "complete") continue;
      const begin = this.#begun.get(shape);
      const page = left > 0 ? await this.#pageOfSnapshot(shape, progress.after, left) : "later";
      if (page === "refused") continue;
      if (page === "later") {
        left = 0;
        if (begin) this.#snapshots[shape.name] = { begin, rows: [], complete: false };
        continue;
      }
      this.#pages++;
      left -= page.rows.length;
      this.#progress.set(shape, page.progress);
      const complete = page.progress === "complete";
      this.#snapshots[shape.name] = { ...(begin && { begin }), rows: page.rows, complete };
    }
    this.#throwIfNoneLeft();
  }

  /** `later`: this answer is full. What is refused even as the first part of an answer is refused always. */
  async #pageOfSnapshot(shape: SyncShape, after: string, left: number): Promise<SnapshotPage | "later" | "refused"> {
    const { ctx } = this;
    // A page without rows has taken time and reads too.
    const first = this.#pages === 0 && this.#changes.length === 0;
    if (!first && (isOutOfTime(ctx) || this.follow?.ended())) return "later";
    try {
      return (await readSnapshot(ctx, shape, { after, limit: left, maxBytes: this.#maxBytes, first })) ?? "later";
    } catch (error) {
      if (!(error instanceof PlinthError) || error.status >= 500) throw error;
      if (!first && error.code === "LIMIT_EXCEEDED") return "later";
      this.#progress.delete(shape);
      this.#refuse(shape.name, error);
      return "refused";
    }
  }

  #answer(): SyncAnswer {
    const { ctx } = this;
    const shapes = new Map([...this.#progress].map(([{ key }, progress]) => [key, progress]));
    const incomplete = [...shapes.values()].some((progress) => progress !== "complete");
    return {
      changes: this.#changes,
      ...(Object.keys(this.#snapshots).length > 0 && { snapshots: this.#snapshots }),
      ...(this.#errors.size > 0 && {
        errors: Object.fromEntries([...this.#errors].map(([name, error]) => [name, shapeError(error)])),
      }),
      next: tokenOf(ctx, { position: this.#position, time: this.timed ? ctx.now : undefined, shapes }),
      more: this.#more || incomplete,
      ...(this.#partial && { partial: true as const }),
    };
  }
}

function shapeError({ code, message, status, details }: PlinthError): ShapeError {
  return { code, message, status, ...(details && { details: details as JsonObject }) };
}
