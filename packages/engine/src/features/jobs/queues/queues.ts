import { DataError, PlinthError } from "@plinth/core";
import { findJobQueueRow, type JobQueueRow, listJobQueueNames, saveJobQueueQueries } from "@plinth/db";
import { commit } from "../../../commit/commit.ts";
import type { CursorPage, PageQuery } from "../../../identity/paging.ts";
import { recordOf } from "../../../identity/security-events.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { forgetJobQueues, JOB_QUEUE_DEFAULTS } from "../../../kernel/job-queues.ts";
import { announceJobs, jobHandlers, TASK } from "../../../kernel/jobs.ts";
import * as z from "../../../kernel/zod.ts";
import { decodeCursor, encodeCursor } from "../../../read/cursor.ts";
import { maxAttempts, requireQueueName } from "../../../write/job-input.ts";
import { configIn, type JobQueueConfig, type ShownJobQueue, showJobQueue } from "./describe.ts";

const CURSOR_SORT = "queue";
/** Queues of a workspace of which something is set. */
const MOST_SET = 1000;
const FULL = "queues";
const MOST_ACTIVE = 10_000;
const MOST_STARTS = 10_000;
const DAY = 86_400;
const YEAR = 366 * DAY;
/** Figures of a queue are read one by one. */
const MOST_SHOWN = 50;

const seconds = (from: number, most: number, defaultMs: number) =>
  z
    .int()
    .min(from)
    .max(most)
    .default(defaultMs / 1000);

export const jobQueueSchema = z
  .strictObject({
    paused: z.boolean().optional().describe("True: nothing is claimed. Left out: as it is"),
    concurrency: z
      .int()
      .min(1)
      .max(MOST_ACTIVE)
      .nullable()
      .default(null)
      .describe("The most active jobs, of all workers and servers"),
    rate_limit: z
      .strictObject({ jobs: z.int().min(1).max(MOST_STARTS), seconds: z.int().min(1).max(DAY) })
      .nullable()
      .default(null)
      .describe("Within any so many seconds, at most so many jobs begin"),
    max_attempts: maxAttempts.default(JOB_QUEUE_DEFAULTS.maxAttempts).describe("Of jobs that name none"),
    backoff_seconds: seconds(1, DAY, JOB_QUEUE_DEFAULTS.backoffMs).describe("After the first failure; then it doubles"),
    max_backoff_seconds: seconds(1, YEAR, JOB_QUEUE_DEFAULTS.maxBackoffMs).describe("It doubles up to this"),
    keep_succeeded_seconds: seconds(0, YEAR, JOB_QUEUE_DEFAULTS.keepSucceededMs),
    keep_dead_seconds: seconds(0, YEAR, JOB_QUEUE_DEFAULTS.keepDeadMs),
  })
  .refine((input) => input.backoff_seconds <= input.max_backoff_seconds, {
    path: ["max_backoff_seconds"],
    message: "must be at least backoff_seconds",
  });

type JobQueueInput = z.output<typeof jobQueueSchema>;

/** The queues that have jobs or settings, by their names. */
export async function listJobQueues(
  ctx: RequestContext,
  { limit, cursor }: PageQuery,
): Promise<CursorPage<ShownJobQueue>> {
  const { workspaceId } = ctx.principal;
  const most = Math.min(limit, MOST_SHOWN);
  const found = await listJobQueueNames(ctx.driver, { workspaceId, after: queueInCursor(cursor), most: most + 1 });
  const names = found.slice(0, most);
  const data: ShownJobQueue[] = [];
  for (const name of names) data.push(await showJobQueue(ctx, name));
  const has_more = found.length > most;
  return { data, has_more, next_cursor: has_more ? encodeCursor(CURSOR_SORT, [names.at(-1)!]) : null };
}

function queueInCursor(cursor: string | undefined): string {
  if (!cursor) return "";
  const [name] = decodeCursor(cursor, CURSOR_SORT);
  if (typeof name !== "string") throw new PlinthError("INVALID_CURSOR", undefined, { field: "cursor" });
  return name;
}

/** A queue needs not be made: one that was never named is empty. */
export async function getJobQueue(ctx: RequestContext, queue: string): Promise<ShownJobQueue> {
  return showJobQueue(ctx, requireQueueName(queue));
}

export interface SavedJobQueue extends JobQueueConfig {
  queue: string;
}

/** Replaces what is set of a queue: what is left out has its default, but for `paused`. */
export async function saveJobQueue(ctx: RequestContext, queue: string, input: JobQueueInput): Promise<SavedJobQueue> {
  const { paused, rate_limit } = input;
  return save(ctx, queue, {
    ...(paused !== undefined && { paused }),
    concurrency: input.concurrency,
    rateLimit: rate_limit?.jobs ?? null,
    rateMs: rate_limit ? rate_limit.seconds * 1000 : null,
    maxAttempts: input.max_attempts,
    backoffMs: input.backoff_seconds * 1000,
    maxBackoffMs: input.max_backoff_seconds * 1000,
    keepSucceededMs: input.keep_succeeded_seconds * 1000,
    keepDeadMs: input.keep_dead_seconds * 1000,
  });
}

/** From now on nothing of the queue is claimed. What is active goes on. */
export async function pauseJobQueue(ctx: RequestContext, queue: string): Promise<SavedJobQueue> {
  return save(ctx, queue, { paused: true });
}

export async function resumeJobQueue(ctx: RequestContext, queue: string): Promise<SavedJobQueue> {
  return save(ctx, queue, { paused: false });
}

const UNSET = {
  paused: false,
  concurrency: null,
  rateLimit: null,
  rateMs: null,
  maxAttempts: null,
  backoffMs: null,
  maxBackoffMs: null,
  keepSucceededMs: null,
  keepDeadMs: null,
} as const;

async function save(
  ctx: RequestContext,
  name: string,
  set: Partial<Omit<JobQueueRow, "workspaceId" | "queue" | "updatedAt">>,
): Promise<SavedJobQueue> {
  const queue = requireQueueName(name);
  const { driver, principal, engine, now } = ctx;
  const { workspaceId } = principal;
  const key = { workspaceId, queue, updatedAt: now };
  const before = await findJobQueueRow(driver, workspaceId, queue);
  const row: JobQueueRow = { ...UNSET, ...before, ...set, ...key };
  const data = { queue, ...configIn(row) };
  const queries = [
    ...saveJobQueueQueries(driver, { ...set, ...key }, { label: FULL, most: MOST_SET }),
    recordOf(ctx, { type: "job_queue_change", target: `job_queue:${queue}`, detail: configIn(row) as never }),
  ];
  const saved = await commit(ctx, { queries, data }).catch(refuseFull);
  forgetJobQueues(engine, workspaceId);
  // More may be claimed now.
  const kinds = [TASK, ...jobHandlers(engine).keys()];
  await announceJobs(
    ctx,
    kinds.map((kind) => ({ kind, queue })),
  );
  return saved;
}

function refuseFull(error: unknown): never {
  if (!(error instanceof DataError) || error.guard !== FULL) throw error;
  throw new PlinthError("LIMIT_EXCEEDED", `A workspace has settings of at most ${MOST_SET} queues.`, {
    field: "queue",
  });
}
