import { bigint, booleanColumn, index, ofCollection, ofWorkspace, table, text, users } from "@plinth/db/tables";

/** How somebody likes to see a collection's items. They go with the collection, and with their owner. */
export const views = table(
  "plinth_views",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    collectionId: ofCollection(),
    /** Null: it is shared in the workspace. */
    ownerId: text("owner_id").references(() => users.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    layout: text("layout").notNull(),
    /** JSON: the query, the columns and the options of the layout. */
    content: text("content").notNull(),
    /** Of one owner's views of a collection, and of the shared ones, at most one. */
    isDefault: booleanColumn("is_default").notNull(),
    createdAt: bigint("created_at").notNull(),
    updatedAt: bigint("updated_at").notNull(),
  },
  (of) => [
    index("plinth_views_collection").on(of.workspaceId, of.collectionId, of.ownerId),
    index("plinth_views_owner").on(of.ownerId),
  ],
);
