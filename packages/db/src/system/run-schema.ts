import { sql } from "drizzle-orm";
import { index, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { bigint } from "./columns.ts";
import { ofWorkspace } from "./workspace-schema.ts";

/**
 * What has run, of all kinds, as root spans of OpenTelemetry. Ids are in the order in which runs were stored. Long columns come last, so
 * that filters need not read them.
 */
export const runs = sqliteTable(
  "plinth_runs",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    /** `function`, `job`, `webhook` … */
    kind: text("kind").notNull(),
    /** Of the function, the job, the webhook … */
    name: text("name").notNull(),
    /** Of its code. Null: it has none. */
    version: bigint("version"),
    /** What has started it: `http`, `job`, `change` … */
    trigger: text("run_trigger").notNull(),
    status: text("status").notNull(),
    /** 32, 16 and 16 hexadecimal digits: W3C Trace Context. */
    traceId: text("trace_id").notNull(),
    spanId: text("span_id").notNull(),
    parentSpanId: text("parent_span_id"),
    actor: text("actor"),
    /** Of the request that has caused it. */
    requestId: text("request_id"),
    jobId: text("job_id"),
    /** The id of the item that it is about. */
    item: text("item"),
    /** Milliseconds since the epoch. */
    startedAt: bigint("started_at").notNull(),
    /** Null: it has not ended. */
    ms: bigint("ms"),
    /** JSON. */
    error: text("error"),
    /** JSON. */
    attributes: text("attributes").notNull(),
    /** JSON: the lines, and how many were left out. */
    logs: text("logs"),
  },
  (of) => [
    index("plinth_runs_listed").on(of.workspaceId, of.id),
    index("plinth_runs_kind").on(of.workspaceId, of.kind, of.id),
    index("plinth_runs_name").on(of.workspaceId, of.kind, of.name, of.id),
    index("plinth_runs_trace").on(of.workspaceId, of.traceId),
    index("plinth_runs_job").on(of.workspaceId, of.jobId).where(sql`job_id is not null`),
    index("plinth_runs_started").on(of.startedAt),
    index("plinth_runs_times").on(of.workspaceId, of.startedAt),
    index("plinth_runs_running").on(of.workspaceId, of.id).where(sql`status = 'running'`),
  ],
);

/** Parts of runs. They go with their run. */
export const runSpans = sqliteTable(
  "plinth_run_spans",
  {
    runId: text("run_id")
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    spanId: text("span_id").notNull(),
    workspaceId: ofWorkspace(),
    parentSpanId: text("parent_span_id"),
    name: text("name").notNull(),
    /** `internal`, or `client` where it asks somebody else. */
    kind: text("kind").notNull(),
    /** `ok` or `error`. */
    status: text("status").notNull(),
    /** Microseconds since the epoch. */
    startedUs: bigint("started_us").notNull(),
    durationUs: bigint("duration_us").notNull(),
    error: text("error"),
    /** JSON. */
    attributes: text("attributes").notNull(),
  },
  (of) => [primaryKey({ columns: [of.runId, of.spanId] }), index("plinth_run_spans_workspace").on(of.workspaceId)],
);
