import type { Migration } from "./migration.ts";

export const jobsMigration: Migration = {
  id: "0034_jobs",
  statements: () => [
    `create table plinth_jobs (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id), queue text not null, kind text not null,
      name text not null, state text not null, rank bigint not null, run_at bigint not null, due_at bigint,
      payload text not null, unique_key text, open_key text, concurrency_key text, attempts bigint not null, max_attempts bigint not null,
      lease text, worker text, progress text, result text, error text, created_by text, created_at bigint not null,
      started_at bigint, finished_at bigint, version bigint not null, unique (workspace_id, queue, open_key))`,
    `create index plinth_jobs_pending on plinth_jobs (kind, workspace_id, queue, rank, run_at, id)
      where state = 'pending'`,
    `create index plinth_jobs_keyed on plinth_jobs (kind, workspace_id, queue, concurrency_key)
      where state = 'pending'`,
    `create index plinth_jobs_key on plinth_jobs (workspace_id, queue, concurrency_key)
      where state = 'active' and concurrency_key is not null`,
    `create index plinth_jobs_due on plinth_jobs (due_at)`,
    `create index plinth_jobs_leased on plinth_jobs (due_at) where state = 'active'`,
    `create index plinth_jobs_listed on plinth_jobs (workspace_id, id)`,
    `create index plinth_jobs_state on plinth_jobs (workspace_id, state, id)`,
  ],
};

/** What has ended is found by its time. */
export const endTimesMigration: Migration = {
  id: "0038_end_times",
  statements: () => [
    // Whoever has large tables makes them before the update, without keeping writes waiting: docs/operate.md.
    `create index if not exists plinth_jobs_dead on plinth_jobs (workspace_id, finished_at, id) where state = 'dead'`,
    `create index if not exists plinth_runs_started on plinth_runs (started_at)`,
  ],
};

/** Runs by the time at which they began, and the next job that is to begin. */
export const timesMigration: Migration = {
  id: "0040_times",
  statements: () => [
    `create index if not exists plinth_runs_times on plinth_runs (workspace_id, started_at)`,
    `create index if not exists plinth_jobs_scheduled on plinth_jobs (kind, due_at) where state = 'scheduled'`,
  ],
};

export const jobQueuesMigration: Migration = {
  id: "0037_job_queues",
  statements: () => [
    `create table plinth_job_queues (workspace_id text not null references plinth_workspaces (id), queue text not null,
      paused integer not null, concurrency bigint, rate_limit bigint, rate_ms bigint, max_attempts bigint, backoff_ms bigint,
      max_backoff_ms bigint, keep_succeeded_ms bigint, keep_dead_ms bigint, updated_at bigint not null,
      primary key (workspace_id, queue))`,
    `create table plinth_job_starts (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id), queue text not null, at bigint not null, jobs bigint not null)`,
    `create index plinth_job_starts_at on plinth_job_starts (workspace_id, queue, at)`,
    `alter table plinth_jobs add column wakes bigint not null default 0`,
    `create index plinth_jobs_queue on plinth_jobs (workspace_id, queue, state, finished_at)`,
  ],
};
