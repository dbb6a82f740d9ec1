import { sql } from "drizzle-orm";
import { index, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import { bigint, booleanColumn } from "./columns.ts";
import { ofWorkspace } from "./workspace-schema.ts";

/** When jobs are stored by themselves, and which. Times are milliseconds since the epoch. */
export const jobTriggers = sqliteTable(
  "plinth_triggers",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    /** Whose it is: `schedule:<id>`, `function:<name>`, `flow:<id>`. */
    owner: text("owner").notNull(),
    /** Unique within its owner. */
    name: text("name").notNull(),
    /** `cron`, `change` or `date`. */
    kind: text("kind").notNull(),
    /** JSON: when. */
    spec: text("spec").notNull(),
    /** JSON: the job that is stored. */
    job: text("job").notNull(),
    enabled: booleanColumn("enabled").notNull(),
    /** When time next has something to do with it. Null: never. */
    dueAt: bigint("due_at"),
    /** Of a `date` trigger: all that was due up to then is stored. */
    doneAt: bigint("done_at"),
    /** Of a `date` trigger whose due items are more than one look takes: JSON, where the next one goes on. */
    resume: text("resume"),
    /** The position in the change log after which changes count. */
    startXid: bigint("start_xid").notNull(),
    startSeq: bigint("start_seq").notNull(),
    /** JSON: the last firings, the newest first. */
    firings: text("firings").notNull(),
    /** Changes whenever what it does next may be another: whoever has read it before looks again. */
    version: bigint("version").notNull(),
    createdAt: bigint("created_at").notNull(),
    updatedAt: bigint("updated_at").notNull(),
  },
  (of) => [
    unique().on(of.workspaceId, of.owner, of.name),
    index("plinth_triggers_due").on(of.dueAt).where(sql`enabled = 1`),
    index("plinth_triggers_kind").on(of.kind, of.workspaceId).where(sql`enabled = 1`),
  ],
);
