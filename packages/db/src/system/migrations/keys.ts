import type { Migration } from "./migration.ts";
import { tokenTables } from "./token-tables.ts";

export const tokensMigration: Migration = { id: "0011_tokens", statements: tokenTables };

export const keysMigration: Migration = {
  id: "0012_keys",
  statements: () => [
    `alter table plinth_api_keys add column scope text`,
    `alter table plinth_api_keys add column ip_ranges text`,
    `alter table plinth_api_keys add column rate_limit bigint`,
    `alter table plinth_api_keys add column last_used_at bigint`,
    `alter table plinth_api_keys add column secret_version bigint not null default 1`,
    `alter table plinth_api_keys add column previous_hash text`,
    `alter table plinth_api_keys add column previous_until bigint`,
    `create unique index plinth_api_keys_previous on plinth_api_keys (previous_hash)`,
    `create table plinth_limits (id text not null primary key, count bigint not null, blocked_until bigint not null,
      ends_at bigint not null)`,
    `create index plinth_limits_ends on plinth_limits (ends_at)`,
  ],
};

export const keyMakersMigration: Migration = {
  id: "0023_key_makers",
  statements: () => [
    `alter table plinth_api_keys add column created_by text`,
    `alter table plinth_api_keys add column rotated_by text`,
  ],
};
