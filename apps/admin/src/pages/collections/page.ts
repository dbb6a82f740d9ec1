import { msg } from "@lingui/core/macro";
import { Table2 } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "collections",
  title: msg`Collections`,
  icon: Table2,
  nav: { group: "data", order: 10 },
  allows: ({ develop }) => develop,
  views: {
    "": () => import("./collection-list.tsx"),
    new: () => import("./new-collection.tsx"),
  },
  samples: ["", "?view=graph", "new"],
};
