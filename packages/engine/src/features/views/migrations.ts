import type { Migration } from "@plinth/db/tables";

export const viewsMigrations: readonly Migration[] = [
  {
    id: "0001_views",
    statements: () => [
      `create table plinth_views (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id),
        collection_id text not null references plinth_collections (id) on delete cascade,
        owner_id text references plinth_users (id) on delete cascade, name text not null, layout text not null,
        content text not null, created_at bigint not null, updated_at bigint not null)`,
      `create index plinth_views_collection on plinth_views (workspace_id, collection_id, owner_id)`,
      `create index plinth_views_owner on plinth_views (owner_id)`,
    ],
  },
  {
    id: "0002_default_view",
    statements: () => [`alter table plinth_views add column is_default integer not null default 0`],
  },
];
