import type { Migration } from "@plinth/db/tables";

export const functionsMigrations: readonly Migration[] = [
  {
    id: "0001_functions",
    statements: () => [
      `create table plinth_functions (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id), name text not null,
        active_version integer not null, created_at bigint not null, updated_at bigint not null,
        constraint plinth_functions_name unique (workspace_id, name))`,
      `create table plinth_functions_versions (
        function_id text not null references plinth_functions (id) on delete cascade, version integer not null,
        workspace_id text not null references plinth_workspaces (id), source text not null, settings text not null,
        created_at bigint not null, primary key (function_id, version))`,
      `create table plinth_functions_secrets (
        function_id text not null references plinth_functions (id) on delete cascade, name text not null,
        workspace_id text not null references plinth_workspaces (id), value text not null, updated_at bigint not null,
        primary key (function_id, name))`,
      `create table plinth_functions_runs (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id), kind text not null, name text not null,
        version integer not null, run_trigger text not null, status text not null, error text, logs text not null,
        ms integer not null, calls integer not null, actor text, request_id text, created_at bigint not null)`,
      `create index plinth_functions_runs_name on plinth_functions_runs (workspace_id, kind, name, id)`,
      `create index plinth_functions_runs_created on plinth_functions_runs (created_at)`,
    ],
  },
  {
    // A workspace that is deleted looks for its rows by them.
    id: "0002_functions_of_workspaces",
    statements: () => [
      `create index plinth_functions_versions_workspace on plinth_functions_versions (workspace_id)`,
      `create index plinth_functions_secrets_workspace on plinth_functions_secrets (workspace_id)`,
    ],
  },
  {
    id: "0003_functions_source_maps",
    statements: () => ["alter table plinth_functions_versions add column source_map text"],
  },
  {
    id: "0004_functions_before_writes",
    statements: () => ["alter table plinth_functions add column write_hooks text"],
  },
  {
    // Their ids, which are random in their second halves, become their spans.
    id: "0005_functions_runs_moved",
    statements: () => [
      `insert into plinth_runs (id, workspace_id, kind, name, version, run_trigger, status, trace_id, span_id, actor,
          request_id, started_at, ms, error, attributes, logs)
        select id, workspace_id, kind, name, version, run_trigger, status, replace(id, '-', ''),
          substr(replace(id, '-', ''), 17), actor, request_id, created_at - ms, ms, error,
          '{"calls":' || cast(calls as text) || '}', logs
        from plinth_functions_runs`,
    ],
  },
];
