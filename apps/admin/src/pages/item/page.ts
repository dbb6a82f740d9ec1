import { msg } from "@lingui/core/macro";
import { FileText } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "collections/$collection/items",
  title: msg`Item`,
  icon: FileText,
  allows: () => true,
  viewAllows: { new: ({ edit }) => edit },
  readsAs: true,
  views: {
    new: () => import("./new-item.tsx"),
    $id: () => import("./item-detail.tsx"),
  },
  // The last one is an item of another collection.
  samples: ["new", "$item", "$item?tab=history", "$item?tab=json", "../../albums/items/$album"],
};
