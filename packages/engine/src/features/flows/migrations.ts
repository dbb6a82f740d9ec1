import type { Migration } from "@plinth/db/tables";
import { flowApprovalsMigration } from "./approvals/migrations.ts";

export const flowsMigrations: readonly Migration[] = [
  {
    id: "0001_flows",
    statements: () => [
      `create table plinth_flows (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id), name text not null,
        active_version integer not null, enabled integer not null, created_at bigint not null, updated_at bigint not null,
        constraint plinth_flows_name unique (workspace_id, name))`,
      `create table plinth_flows_versions (
        flow_id text not null references plinth_flows (id) on delete cascade, version integer not null,
        workspace_id text not null references plinth_workspaces (id), definition text not null,
        created_at bigint not null, primary key (flow_id, version))`,
      `create index plinth_flows_versions_workspace on plinth_flows_versions (workspace_id)`,
      `create table plinth_flows_secrets (
        flow_id text not null references plinth_flows (id) on delete cascade, name text not null,
        workspace_id text not null references plinth_workspaces (id), value text not null, updated_at bigint not null,
        primary key (flow_id, name))`,
      `create index plinth_flows_secrets_workspace on plinth_flows_secrets (workspace_id)`,
    ],
  },
  flowApprovalsMigration,
];
