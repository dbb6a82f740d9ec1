import type { Migration } from "@plinth/db/tables";

export const migrations: readonly Migration[] = [
  {
    id: "0001_letters",
    statements: ({ messageKey, key }) => [
      `create table plinth_letters (${messageKey}, workspace_id text not null, item text not null,
        at bigint not null${key})`,
      `create index plinth_letters_at on plinth_letters (at)`,
    ],
  },
  { id: "0002_sent", statements: () => [`alter table plinth_letters add column sent_at bigint`] },
];
