import { invalid, isUuid, type Json, PlinthError } from "@plinth/core";
import { findReportedJobs, type JobEnd, type JobState, type ReportedJobRow } from "@plinth/db";
import { requireNoViewer } from "../../commit/no-viewer.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { type JobQueueSettings, jobQueueSettings } from "../../kernel/job-queues.ts";
import { wakeWorkers } from "../../kernel/jobs.ts";
import * as z from "../../kernel/zod.ts";
import { isOfTrigger } from "../../triggers/index.ts";
import {
  endJobs,
  failedEnd,
  givenBack,
  jsonWithin,
  MAX_RESULT_BYTES,
  type ReportedJob,
  succeededEnd,
} from "./ending.ts";
import { completeSchema, failedAttemptOf, failSchema, lostJob, noSuchJob } from "./report.ts";

const MOST_AT_ONCE = 100;
const id = z.string().max(100);

export const jobReportsSchema = z.strictObject({
  reports: z
    .array(
      z.discriminatedUnion("action", [
        completeSchema.extend({ action: z.literal("complete"), id }),
        failSchema.extend({ action: z.literal("fail"), id }),
        completeSchema
          .omit({ result: true })
          .extend({ action: z.literal("release"), id })
          .describe("Give the job back that has not begun: the attempt does not count"),
      ]),
    )
    .min(1)
    .max(MOST_AT_ONCE),
});

type GroupedReport = z.output<typeof jobReportsSchema>["reports"][number];

/** What became of one report. */
export interface JobReportResult {
  id: string;
  /** Of the job, after it; null where there is none. */
  state: JobState | null;
  /** Why it did not count. */
  refused: { code: string; message: string; field?: string } | null;
}

/** Reports about jobs, each of which counts or not by itself. The same one once more is answered as the first. */
export async function reportJobs(
  ctx: RequestContext,
  { reports }: z.output<typeof jobReportsSchema>,
): Promise<JobReportResult[]> {
  requireNoViewer(ctx.principal);
  requireOneEach(reports);
  const { engine, driver, principal } = ctx;
  const { workspaceId } = principal;
  const rows = await rowsOf(ctx, reports);
  const settings = await jobQueueSettings(engine, driver, workspaceId);
  const refusals = new Map<string, PlinthError>();
  const ends = reports.flatMap((report): JobEnd[] => {
    const row = rows.get(report.id);
    if (row?.state !== "active" || row.lease !== report.lease) return [];
    try {
      return [endOf(ctx, settings(row.queue), { ...row, lease: report.lease }, report)];
    } catch (error) {
      if (!(error instanceof PlinthError)) throw error;
      refusals.set(report.id, error);
      return [];
    }
  });
  const stored = ends.length > 0 ? await endJobs(engine, driver, workspaceId, ends) : new Set<string>();
  const after = new Map(ends.map((end) => [end.id, end.change.state]));
  const lost = ends.filter((end) => !stored.has(end.id));
  const read = lost.length > 0 ? await rowsOf(ctx, lost) : rows;
  await wakeNext(
    ctx,
    settings,
    [...stored].map((each) => rows.get(each)!),
  );
  return reports.map((report) => {
    if (stored.has(report.id)) return { id: report.id, state: after.get(report.id)!, refused: null };
    const row = read.get(report.id) ?? rows.get(report.id);
    return resultOf(report, row, refusals.get(report.id));
  });
}

function requireOneEach(reports: readonly GroupedReport[]): void {
  const seen = new Set<string>();
  for (const [at, report] of reports.entries()) {
    if (seen.has(report.id)) throw invalid(`reports.${at}.id`, "an earlier report is about the same job");
    seen.add(report.id);
  }
}

function rowsOf({ driver, principal }: RequestContext, reports: readonly { readonly id: string }[]) {
  const ids = reports.map((report) => report.id).filter(isUuid);
  return findReportedJobs(driver, principal.workspaceId, { ids, withPayload: ids.filter(isOfTrigger) });
}

function endOf(
  { engine, driver }: RequestContext,
  settings: JobQueueSettings,
  job: ReportedJob,
  report: GroupedReport,
): JobEnd {
  if (report.action === "release") return givenBack(job);
  if (report.action === "fail") return failedEnd(engine, driver, settings, job, failedAttemptOf(report));
  const text = jsonWithin(report.result as Json, MAX_RESULT_BYTES, "result");
  return succeededEnd(engine, driver, settings, job, text);
}

/** Others may begin in the place of those that have ended. */
async function wakeNext(
  ctx: RequestContext,
  settings: (queue: string) => JobQueueSettings,
  ended: readonly ReportedJobRow[],
): Promise<void> {
  const { workspaceId } = ctx.principal;
  const waitedFor = ended.filter(({ queue, concurrencyKey }) => concurrencyKey !== null || settings(queue).isLimited);
  for (const [queue, { length }] of Map.groupBy(waitedFor, (job) => job.queue))
    await wakeWorkers(ctx, { workspaceId, queue }, length);
}

function resultOf(
  report: GroupedReport,
  row: ReportedJobRow | undefined,
  refusal: PlinthError | undefined,
): JobReportResult {
  const state = (row?.state ?? null) as JobState | null;
  const isRepeated = row?.lease === report.lease && state !== "active" && state !== "cancelled";
  if (isRepeated) return { id: report.id, state, refused: null };
  const { code, message, details } = refusal ?? (row ? lostJob(row) : noSuchJob());
  const field = details?.field;
  return { id: report.id, state, refused: { code, message, ...(field !== undefined && { field }) } };
}
