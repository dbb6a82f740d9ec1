import { bigint, index, ofWorkspace, primaryKey, table, text } from "@plinth/db/tables";

/** Mails and text messages that wait, and for some days those that were sent or given up. */
export const mails = table(
  "plinth_mail",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    template: text("template").notNull(),
    recipient: text("recipient").notNull(),
    languages: text("languages").notNull(),
    /** Encrypted, because links are secrets. Null once the mail was sent or given up. */
    variables: text("variables"),
    state: text("state").notNull(),
    attempts: bigint("attempts").notNull(),
    dueAt: bigint("due_at").notNull(),
    expiresAt: bigint("expires_at").notNull(),
    error: text("error"),
    createdAt: bigint("created_at").notNull(),
    finishedAt: bigint("finished_at"),
    /** `mail` or `sms`. */
    channel: text("channel").notNull().default("mail"),
  },
  (of) => [
    index("plinth_mail_due").on(of.state, of.dueAt),
    index("plinth_mail_recipient").on(of.recipient, of.createdAt),
    index("plinth_mail_workspace").on(of.workspaceId, of.id),
    index("plinth_mail_channel").on(of.workspaceId, of.channel, of.createdAt),
    index("plinth_mail_finished").on(of.finishedAt),
  ],
);

/** A workspace's own texts. */
export const templates = table(
  "plinth_mail_templates",
  {
    workspaceId: ofWorkspace(),
    name: text("name").notNull(),
    language: text("language").notNull(),
    subject: text("subject").notNull(),
    text: text("text").notNull(),
    html: text("html"),
    updatedAt: bigint("updated_at").notNull(),
  },
  (of) => [primaryKey({ columns: [of.workspaceId, of.name, of.language] })],
);
