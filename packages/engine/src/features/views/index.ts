import type { Feature } from "../../kernel/feature.ts";
import { viewsMigrations } from "./migrations.ts";
import { views } from "./tables.ts";

export {
  createView,
  createViewSchema,
  deleteSavedView,
  getView,
  listViews,
  type SavedView,
  updateView,
  updateViewSchema,
  VIEW_LAYOUTS,
} from "./views.ts";

/** Saved views of collections, for pages that show them. */
export const savedViews: Feature = { name: "views", tables: [views], migrations: viewsMigrations };
