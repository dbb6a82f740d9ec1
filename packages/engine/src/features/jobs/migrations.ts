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
];
