import { bigint, booleanColumn, index, integer, ofWorkspace, sql, table, text } from "@plinth/db/tables";

/** Contents of buckets with a scanner that it has not accepted: it has not answered yet, or has refused them. */
export const unacceptedContents = table(
  "plinth_files_unaccepted",
  {
    content: text("content").primaryKey(),
    workspaceId: ofWorkspace(),
    /** The item that has it, or had it. */
    file: text("file").notNull(),
    /** The file becomes readable when the scanner accepts it. False: it would be in quarantine without a scanner too. */
    opens: booleanColumn("opens").notNull(),
    /** How often the scanner has been asked. */
    attempts: integer("attempts").notNull(),
    /** When it is asked next. */
    dueAt: bigint("due_at").notNull(),
    createdAt: bigint("created_at").notNull(),
    refusedAt: bigint("refused_at"),
    /** The scanner's own words. */
    reason: text("reason"),
  },
  (of) => [index("plinth_files_unaccepted_waiting").on(of.workspaceId, of.dueAt).where(sql`refused_at is null`)],
);
