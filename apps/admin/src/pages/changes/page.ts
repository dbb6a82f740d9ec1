import { msg } from "@lingui/core/macro";
import { History } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "changes",
  title: msg`Change log`,
  icon: History,
  nav: { group: "live", order: 40 },
  allows: ({ develop }) => develop,
  views: {
    "": () => import("./change-log.tsx"),
    $request: () => import("./change-detail.tsx"),
  },
  samples: ["", "?collection=$collection&operation=update", "$request"],
};
