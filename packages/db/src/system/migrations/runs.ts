import type { Migration } from "./migration.ts";

export const runsMigration: Migration = {
  id: "0035_runs",
  statements: () => [
    `create table plinth_runs (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id), kind text not null, name text not null,
      version bigint, run_trigger text not null, status text not null, trace_id text not null, span_id text not null,
      parent_span_id text, actor text, request_id text, job_id text, item text, started_at bigint not null, ms bigint,
      error text, attributes text not null, logs text)`,
    `create index plinth_runs_listed on plinth_runs (workspace_id, id)`,
    `create index plinth_runs_kind on plinth_runs (workspace_id, kind, id)`,
    `create index plinth_runs_name on plinth_runs (workspace_id, kind, name, id)`,
    `create index plinth_runs_trace on plinth_runs (workspace_id, trace_id)`,
    `create index plinth_runs_job on plinth_runs (workspace_id, job_id) where job_id is not null`,
    `create index plinth_runs_running on plinth_runs (workspace_id, id) where status = 'running'`,
    `create table plinth_run_spans (run_id text not null references plinth_runs (id) on delete cascade,
      span_id text not null, workspace_id text not null references plinth_workspaces (id), parent_span_id text,
      name text not null, kind text not null, status text not null, started_us bigint not null,
      duration_us bigint not null, error text, attributes text not null, primary key (run_id, span_id))`,
    `create index plinth_run_spans_workspace on plinth_run_spans (workspace_id)`,
    // Of the request that has enqueued it.
    `alter table plinth_jobs add column request_id text`,
    `alter table plinth_jobs add column traceparent text`,
  ],
};
