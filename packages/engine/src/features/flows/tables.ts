import { bigint, booleanColumn, index, integer, ofWorkspace, primaryKey, table, text, unique } from "@plinth/db/tables";

export const flows = table(
  "plinth_flows",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    name: text("name").notNull(),
    activeVersion: integer("active_version").notNull(),
    /** Whether its triggers start it. */
    enabled: booleanColumn("enabled").notNull(),
    createdAt: bigint("created_at").notNull(),
    updatedAt: bigint("updated_at").notNull(),
  },
  (of) => [unique("plinth_flows_name").on(of.workspaceId, of.name)],
);

const ofFlow = () =>
  text("flow_id")
    .notNull()
    .references(() => flows.id, { onDelete: "cascade" });

/** Never changed once they are there. */
export const flowVersions = table(
  "plinth_flows_versions",
  {
    flowId: ofFlow(),
    version: integer("version").notNull(),
    workspaceId: ofWorkspace(),
    /** JSON. */
    definition: text("definition").notNull(),
    createdAt: bigint("created_at").notNull(),
  },
  (of) => [
    primaryKey({ columns: [of.flowId, of.version] }),
    index("plinth_flows_versions_workspace").on(of.workspaceId),
  ],
);

export const flowSecrets = table(
  "plinth_flows_secrets",
  {
    flowId: ofFlow(),
    name: text("name").notNull(),
    workspaceId: ofWorkspace(),
    /** Encrypted. */
    value: text("value").notNull(),
    updatedAt: bigint("updated_at").notNull(),
  },
  (of) => [primaryKey({ columns: [of.flowId, of.name] }), index("plinth_flows_secrets_workspace").on(of.workspaceId)],
);
