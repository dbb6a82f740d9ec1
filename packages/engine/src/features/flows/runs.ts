import type { Json, JsonObject } from "@plinth/core";
import { isUuid, PlinthError } from "@plinth/core";
import { findJobRow, JOB_STATES, type JobRow, type JobState, listJobRows } from "@plinth/db";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../identity/paging.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";
import { describeJob } from "../../write/describe-job.ts";
import { openApprovalsOf } from "./approvals/repository.ts";
import { FLOW_JOB } from "./flow-job.ts";
import type { StepRecord } from "./run/step-record.ts";

const CURSOR_SORT = "-id";

export const flowRunFilterSchema = z.strictObject({
  flow: z.string().max(60).optional(),
  state: z.enum(JOB_STATES).optional(),
});

export const retryFlowRunSchema = z.strictObject({
  from: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe("The place of a node in the run. Without it: the one that has failed"),
});

/** A run as the API returns it: a job of the kind `flow`. */
export interface FlowRunEntry {
  id: string;
  flow: string;
  state: JobState;
  input: Json;
  trigger: Json;
  /** Of the last node. */
  result: Json;
  /** The place of the node that has failed, and why. */
  error: string | null;
  attempts: number;
  created_by: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  /** Of one that waits: when it goes on, at the latest. */
  resumes_at: string | null;
  /** Of one that waits for people: the id of the approval. */
  approval: string | null;
}

/** The newest first. */
export async function listFlowRuns(
  ctx: RequestContext,
  { limit, cursor, flow, state }: PageQuery & z.output<typeof flowRunFilterSchema>,
): Promise<CursorPage<FlowRunEntry>> {
  const { driver, principal } = ctx;
  const before = idInCursor(cursor, CURSOR_SORT);
  const filter = { kind: FLOW_JOB, name: flow, state };
  const found = await listJobRows(driver, principal.workspaceId, { ...filter, limit: limit + 1, before });
  const approvalOf = await waitsOf(ctx, found);
  return pageById(found, limit, CURSOR_SORT, (row) => ({ ...runOfJob(row), approval: approvalOf(row) }));
}

export async function getFlowRun(ctx: RequestContext, id: string): Promise<FlowRunEntry> {
  const row = await requireRun(ctx, id);
  return { ...runOfJob(row), approval: (await waitsOf(ctx, [row]))(row) };
}

/** What runs wait for that people decide. */
async function waitsOf({ driver, principal, now }: RequestContext, rows: readonly JobRow[]) {
  const waiting = rows.filter(({ state }) => state === "scheduled").map(({ id }) => id);
  const open = await openApprovalsOf(driver, principal.workspaceId, waiting, now);
  return ({ id }: JobRow): string | null => open.get(id) ?? null;
}

export async function requireRun({ driver, principal }: RequestContext, id: string): Promise<JobRow> {
  const row = isUuid(id) ? await findJobRow(driver, principal.workspaceId, id) : undefined;
  if (row?.kind !== FLOW_JOB) throw new PlinthError("NOT_FOUND", "There is no such run of a flow.");
  return row;
}

/** The place of the node by which a run has failed. */
export function failedPlace({ error }: JobRow): string | undefined {
  return /^([a-z0-9_.]+): /.exec(error ?? "")?.[1];
}

export function runOfJob(row: JobRow): FlowRunEntry {
  const { id, name, state, payload, result, last_error, attempts, run_at, ...job } = describeJob(row);
  const { input = null, trigger = { type: "manual" } } = (payload ?? {}) as JsonObject;
  return {
    ...{ id, flow: name, state, input, trigger, result, error: last_error, attempts, created_by: job.created_by },
    ...{ created_at: job.created_at, started_at: job.started_at, finished_at: job.finished_at },
    resumes_at: state === "scheduled" ? run_at : null,
    approval: null,
  };
}

/** A step of a run as the API returns it. */
export interface FlowStep {
  /** The place of the node in the run: `each.3.mail` is the node `mail` in the fourth round of `each`. */
  path: string;
  node: string;
  type: string;
  attempt: number;
  started_at: string;
  ended_at: string;
  input: Json;
  output: Json;
  error: Json;
}

/** The steps of a job that are attempts at nodes; others keep when it waits, and the keys of writes. */
export function flowSteps(steps: readonly { readonly name: string; readonly result: Json }[]): FlowStep[] {
  return steps.flatMap(({ name, result }) => {
    if (!isRecord(result)) return [];
    const { error = null, output = null, ...record } = result as unknown as StepRecord;
    const path = name.replace(/#\d+$/, "");
    return [{ path, ...record, output, error: error && { message: error.message, code: error.code } }];
  });
}

function isRecord(result: Json): boolean {
  return typeof result === "object" && result !== null && "node" in result && "started_at" in result;
}
