import { msg } from "@lingui/core/macro";
import { SquareFunction } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "functions",
  title: msg`Functions`,
  icon: SquareFunction,
  nav: { group: "automation", order: 10 },
  allows: ({ administer }) => administer,
  views: {
    "": () => import("./function-list.tsx"),
    new: () => import("./new-function.tsx"),
    $name: () => import("./function-detail.tsx"),
  },
  samples: [
    "",
    "new",
    "$function",
    "$function?tab=settings",
    "$function?tab=try",
    "$function?tab=runs",
    "$function?tab=versions",
    "$function?tab=secrets",
  ],
};
