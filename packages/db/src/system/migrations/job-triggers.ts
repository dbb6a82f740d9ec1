import type { Migration } from "./migration.ts";

export const jobTriggersMigration: Migration = {
  id: "0036_job_triggers",
  statements: () => [
    `create table plinth_triggers (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id), owner text not null, name text not null,
      kind text not null, spec text not null, job text not null, enabled integer not null, due_at bigint, done_at bigint, resume text,
      start_xid bigint not null, start_seq bigint not null, firings text not null, version bigint not null,
      created_at bigint not null, updated_at bigint not null, unique (workspace_id, owner, name))`,
    `create index plinth_triggers_due on plinth_triggers (due_at) where enabled = 1`,
    `create index plinth_triggers_kind on plinth_triggers (kind, workspace_id) where enabled = 1`,
  ],
};
