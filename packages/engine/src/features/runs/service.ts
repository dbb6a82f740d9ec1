import { isUuid, type Json, type JsonObject, PlinthError, RUN_TRIGGERS } from "@plinth/core";
import {
  findRun,
  type ListedRunRow,
  listRunSpans,
  listRuns,
  RUN_STATUSES,
  type RunRow,
  type RunSpanRow,
} from "@plinth/db";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../identity/paging.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";
import { RUN_KINDS } from "../../runs/index.ts";

const CURSOR_SORT = "-id";
const HEX = /^[0-9a-f]{32}$/;
const instant = z.iso.datetime({ offset: true });
const filterText = z.string().min(1).max(200);

export const runFilter = {
  kind: z.enum(RUN_KINDS).optional(),
  name: filterText.optional().describe("Of the function, the job, the webhook …"),
  status: z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(RUN_STATUSES)))
    .optional()
    .describe(`Separated by commas: ${RUN_STATUSES.join(", ")}`),
  trigger: z.enum(RUN_TRIGGERS).optional().describe("What has started it"),
  request: filterText.optional().describe("The id of the request that has caused it"),
  trace: z.string().regex(HEX, "must be 32 hexadecimal digits").optional(),
  job: filterText.optional().describe("The id of a job"),
  item: filterText.optional().describe("The id of the item that it is about"),
};

export const listRunsSchema = z.strictObject({
  ...runFilter,
  since: instant.optional().describe("Runs that began from this time on"),
  until: instant.optional().describe("Runs that began before this time"),
});

/** A run as the API lists it: the root span of what has run. */
export interface ShownRun {
  id: string;
  kind: string;
  name: string;
  version: number | null;
  trigger: string;
  status: string;
  trace_id: string;
  span_id: string;
  parent_span_id: string | null;
  actor: string | null;
  request_id: string | null;
  job_id: string | null;
  item: string | null;
  started_at: string;
  /** Milliseconds; null: it is under way. */
  ms: number | null;
  error: JsonObject | null;
  attributes: JsonObject;
}

export interface ShownSpan {
  span_id: string;
  parent_span_id: string | null;
  name: string;
  kind: string;
  status: string;
  started_at: string;
  /** Milliseconds since the run began, and that it took. */
  offset_ms: number;
  ms: number;
  error: string | null;
  attributes: JsonObject;
}

export interface WholeRun extends ShownRun {
  logs: Json[];
  logs_left_out: number;
  spans: ShownSpan[];
}

/** The newest first. */
export async function listWorkspaceRuns(
  { driver, principal }: RequestContext,
  { limit, cursor, since, until, ...filter }: z.output<typeof listRunsSchema> & PageQuery,
): Promise<CursorPage<ShownRun>> {
  const before = idInCursor(cursor, CURSOR_SORT);
  const times = { since: msOf(since), until: msOf(until) };
  const found = await listRuns(driver, principal.workspaceId, { ...filter, ...times, before, limit: limit + 1 });
  return pageById(found, limit, CURSOR_SORT, describeRun);
}

const msOf = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time));

/** With its logs and spans. */
export async function showRun({ driver, principal }: RequestContext, id: string): Promise<WholeRun> {
  const row = isUuid(id) ? await findRun(driver, principal.workspaceId, id.toLowerCase()) : undefined;
  if (!row) throw new PlinthError("NOT_FOUND", "There is no such run.");
  const spans = await listRunSpans(driver, row.id);
  return { ...describeRun(row), ...logsIn(row), spans: spans.map((span) => describeSpan(span, row)) };
}

export function describeRun(row: ListedRunRow): ShownRun {
  const { id, kind, name, version, trigger, status, actor, item, ms } = row;
  return {
    ...{ id, kind, name, version, trigger, status },
    ...{ trace_id: row.traceId, span_id: row.spanId, parent_span_id: row.parentSpanId },
    ...{ actor, request_id: row.requestId, job_id: row.jobId, item },
    started_at: new Date(row.startedAt).toISOString(),
    ms,
    error: row.error === null ? null : (JSON.parse(row.error) as JsonObject),
    attributes: JSON.parse(row.attributes) as JsonObject,
  };
}

function logsIn({ logs }: Pick<RunRow, "logs">): Pick<WholeRun, "logs" | "logs_left_out"> {
  const { lines, left_out } = logs === null ? NO_LOGS : (JSON.parse(logs) as { lines: Json[]; left_out: number });
  return { logs: lines, logs_left_out: left_out };
}

const NO_LOGS = { lines: [], left_out: 0 };

function describeSpan(span: RunSpanRow, { startedAt }: RunRow): ShownSpan {
  const { spanId, parentSpanId, name, kind, status, startedUs, durationUs, error, attributes } = span;
  return {
    ...{ span_id: spanId, parent_span_id: parentSpanId, name, kind, status },
    started_at: new Date(startedUs / 1000).toISOString(),
    offset_ms: (startedUs - startedAt * 1000) / 1000,
    ms: durationUs / 1000,
    ...{ error, attributes: JSON.parse(attributes) as JsonObject },
  };
}
