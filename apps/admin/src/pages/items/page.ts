import { msg } from "@lingui/core/macro";
import { Rows3 } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

/** The items of one collection, as a grid; where it is narrow, as cards. */
export const page: AdminPage = {
  path: "collections/$collection/items",
  title: msg`Items`,
  icon: Rows3,
  // Members who view read all items.
  allows: () => true,
  readsAs: true,
  views: { "": () => import("./items-view.tsx") },
};
