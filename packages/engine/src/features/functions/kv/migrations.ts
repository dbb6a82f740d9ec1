import type { Migration } from "@plinth/db/tables";

export const valueMigrations: readonly Migration[] = [
  {
    id: "0003_values",
    statements: ({ byBytes }) => [
      `create table plinth_functions_kv (
        workspace_id text not null references plinth_workspaces (id), space text not null, key text not null,
        function_id text references plinth_functions (id) on delete cascade, value text not null, number bigint,
        version bigint not null, expires_at bigint, updated_at bigint not null,
        primary key (workspace_id, space, key))`,
      ...byBytes("plinth_functions_kv", "key"),
      `create index plinth_functions_kv_function on plinth_functions_kv (function_id)`,
      `create index plinth_functions_kv_expires on plinth_functions_kv (expires_at)`,
    ],
  },
];
