import { msg } from "@lingui/core/macro";
import { Rows3 } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

/** The items of one collection: as a grid, where it is narrow as cards, as a board, a gallery, a calendar or groups. */
export const page: AdminPage = {
  path: "collections/$collection/items",
  title: msg`Items`,
  icon: Rows3,
  // Members who view read all items.
  allows: () => true,
  viewAllows: { import: ({ edit }) => edit },
  readsAs: true,
  views: { "": () => import("./items-view.tsx"), import: () => import("./import/import-page.tsx") },
  samples: [
    "import",
    "?layout=kanban&by=genre",
    "?layout=kanban&by=author",
    "?layout=gallery",
    "?layout=calendar&by=published&day=1960-01-15",
    "?layout=calendar&by=published&day=1960-01-15&span=week",
    "?by=published:year&sums=pages:sum",
    "",
    "?filter=%7B%22genre%22%3A%22essay%22%7D&sort=-price",
    "?q=gener%20%3D%20novel",
    "?cols=title*-genre-price-pages",
  ],
};
