import { msg } from "@lingui/core/macro";
import { Activity } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "runs",
  title: msg`Runs`,
  icon: Activity,
  nav: { group: "automation", order: 60 },
  allows: ({ administer }) => administer,
  views: {
    "": () => import("./run-list.tsx"),
    $id: () => import("./run-detail.tsx"),
  },
  samples: ["", "?status=cancelled", "$run", "$failed_run"],
};
