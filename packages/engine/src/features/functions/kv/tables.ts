import { bigint, index, ofWorkspace, primaryKey, table, text } from "@plinth/db/tables";
import { functions } from "../tables.ts";

/** Small values that functions keep, by their keys. */
export const functionValues = table(
  "plinth_functions_kv",
  {
    workspaceId: ofWorkspace(),
    /** The id of the function whose values these are, or `shared:` and a name. */
    space: text("space").notNull(),
    key: text("key").notNull(),
    /** Absent for what several functions share. */
    functionId: text("function_id").references(() => functions.id, { onDelete: "cascade" }),
    /** JSON. */
    value: text("value").notNull(),
    /** The same, where it is an integer that can be counted with. */
    number: bigint("number"),
    /** Greater with each change, also after a deletion: it begins with the time. */
    version: bigint("version").notNull(),
    expiresAt: bigint("expires_at"),
    updatedAt: bigint("updated_at").notNull(),
  },
  (of) => [
    primaryKey({ columns: [of.workspaceId, of.space, of.key] }),
    index("plinth_functions_kv_function").on(of.functionId),
    index("plinth_functions_kv_expires").on(of.expiresAt),
  ],
);
