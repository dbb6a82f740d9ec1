import type { Migration } from "@plinth/db/tables";

export const mailMigrations: readonly Migration[] = [
  {
    id: "0001_mail",
    statements: () => [
      `create table plinth_mail (id text not null primary key,
        workspace_id text not null references plinth_workspaces (id), template text not null, recipient text not null,
        languages text not null, variables text, state text not null, attempts bigint not null, due_at bigint not null,
        expires_at bigint not null, error text, created_at bigint not null, finished_at bigint)`,
      `create index plinth_mail_due on plinth_mail (state, due_at)`,
      `create index plinth_mail_recipient on plinth_mail (recipient, created_at)`,
      `create index plinth_mail_workspace on plinth_mail (workspace_id, id)`,
      `create table plinth_mail_templates (workspace_id text not null references plinth_workspaces (id),
        name text not null, language text not null, subject text not null, text text not null, html text,
        updated_at bigint not null, primary key (workspace_id, name, language))`,
    ],
  },
  {
    id: "0002_sms",
    statements: () => [
      `alter table plinth_mail add column channel text not null default 'mail'`,
      `create index plinth_mail_channel on plinth_mail (workspace_id, channel, created_at)`,
    ],
  },
  {
    id: "0003_mail_finished",
    statements: () => [`create index plinth_mail_finished on plinth_mail (finished_at)`],
  },
];
