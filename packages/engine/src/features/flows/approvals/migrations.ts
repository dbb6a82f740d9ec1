import type { Migration } from "@plinth/db/tables";

export const flowApprovalsMigration: Migration = {
  id: "0002_approvals",
  statements: () => [
    `create table plinth_flows_approvals (id text not null primary key,
      workspace_id text not null references plinth_workspaces (id),
      job_id text not null references plinth_jobs (id) on delete cascade, flow text not null, path text not null, title text,
      question text not null, details text not null, needs integer not null, created_at bigint not null,
      expires_at bigint not null, decided integer not null, outcome text, decided_at bigint)`,
    `create index plinth_flows_approvals_listed on plinth_flows_approvals (workspace_id, id)`,
    `create index plinth_flows_approvals_run on plinth_flows_approvals (job_id, path)`,
    `create table plinth_flows_approvers (
      approval_id text not null references plinth_flows_approvals (id) on delete cascade,
      workspace_id text not null references plinth_workspaces (id), name text not null, primary key (approval_id, name))`,
    `create index plinth_flows_approvers_workspace on plinth_flows_approvers (workspace_id, name)`,
    `create table plinth_flows_approval_links (hash text not null primary key,
      approval_id text not null references plinth_flows_approvals (id) on delete cascade,
      workspace_id text not null references plinth_workspaces (id), person text not null, email text not null)`,
    `create index plinth_flows_approval_links_of on plinth_flows_approval_links (approval_id)`,
    `create index plinth_flows_approval_links_workspace on plinth_flows_approval_links (workspace_id)`,
    `create table plinth_flows_decisions (
      approval_id text not null references plinth_flows_approvals (id) on delete cascade,
      workspace_id text not null references plinth_workspaces (id), person text not null, decision text not null,
      comment text not null, via text not null, created_at bigint not null, primary key (approval_id, person))`,
    `create index plinth_flows_decisions_workspace on plinth_flows_decisions (workspace_id)`,
  ],
};
