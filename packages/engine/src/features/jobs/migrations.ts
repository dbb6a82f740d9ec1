import type { Migration } from "@plinth/db/tables";

export const jobMigrations: readonly Migration[] = [
  {
    id: "0001_steps",
    statements: () => [
      `create table plinth_jobs_steps (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id),
        job_id text not null references plinth_jobs (id) on delete cascade, name text not null, result text not null,
        created_at bigint not null, unique (job_id, name))`,
      `create index plinth_jobs_steps_listed on plinth_jobs_steps (job_id, id)`,
      `create index plinth_jobs_steps_workspace on plinth_jobs_steps (workspace_id)`,
    ],
  },
  {
    id: "0002_events",
    statements: () => [
      `create table plinth_jobs_events (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id), name text not null, key text not null, payload text not null,
        created_by text, created_at bigint not null, pending integer not null)`,
      `create index plinth_jobs_events_found on plinth_jobs_events (workspace_id, name, key, id)`,
      `create index plinth_jobs_events_created on plinth_jobs_events (created_at)`,
      `create index plinth_jobs_events_pending on plinth_jobs_events (id) where pending = 1`,
      `create table plinth_jobs_waits (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id),
        job_id text not null references plinth_jobs (id) on delete cascade, step text not null, name text not null, key text not null,
        until bigint not null, after_event text not null, event_id text, unique (job_id, step))`,
      `create index plinth_jobs_waits_waiting on plinth_jobs_waits (workspace_id, name, key) where event_id is null`,
    ],
  },
];
