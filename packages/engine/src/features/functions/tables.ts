import { bigint, index, integer, ofWorkspace, primaryKey, table, text, unique } from "@plinth/db/tables";

export const functions = table(
  "plinth_functions",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    name: text("name").notNull(),
    activeVersion: integer("active_version").notNull(),
    /** JSON: before which writes the active version is asked. Null: before none. */
    writeHooks: text("write_hooks"),
    createdAt: bigint("created_at").notNull(),
    updatedAt: bigint("updated_at").notNull(),
  },
  (of) => [unique("plinth_functions_name").on(of.workspaceId, of.name)],
);

const ofFunction = () =>
  text("function_id")
    .notNull()
    .references(() => functions.id, { onDelete: "cascade" });

/** Never changed once they are there. */
export const functionVersions = table(
  "plinth_functions_versions",
  {
    functionId: ofFunction(),
    version: integer("version").notNull(),
    workspaceId: ofWorkspace(),
    source: text("source").notNull(),
    /** JSON, where the source is a bundle. */
    sourceMap: text("source_map"),
    /** JSON: what it may do, who may call it, and its limits. */
    settings: text("settings").notNull(),
    createdAt: bigint("created_at").notNull(),
  },
  (of) => [
    primaryKey({ columns: [of.functionId, of.version] }),
    index("plinth_functions_versions_workspace").on(of.workspaceId),
  ],
);

export const functionSecrets = table(
  "plinth_functions_secrets",
  {
    functionId: ofFunction(),
    name: text("name").notNull(),
    workspaceId: ofWorkspace(),
    /** Encrypted. */
    value: text("value").notNull(),
    updatedAt: bigint("updated_at").notNull(),
  },
  (of) => [
    primaryKey({ columns: [of.functionId, of.name] }),
    index("plinth_functions_secrets_workspace").on(of.workspaceId),
  ],
);

/**
 * Where runs were before they had a log of all kinds. During a deployment, servers of the version before still write here. It is to be
 * dropped.
 */
export const formerRuns = table(
  "plinth_functions_runs",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    kind: text("kind").notNull(),
    /** Of the function. */
    name: text("name").notNull(),
    version: integer("version").notNull(),
    /** `http` … */
    trigger: text("run_trigger").notNull(),
    /** `succeeded` or `failed`. */
    status: text("status").notNull(),
    /** JSON. */
    error: text("error"),
    /** JSON: the lines, and how many were left out. */
    logs: text("logs").notNull(),
    ms: integer("ms").notNull(),
    calls: integer("calls").notNull(),
    actor: text("actor"),
    requestId: text("request_id"),
    createdAt: bigint("created_at").notNull(),
  },
  (of) => [
    index("plinth_functions_runs_name").on(of.workspaceId, of.kind, of.name, of.id),
    index("plinth_functions_runs_created").on(of.createdAt),
  ],
);
