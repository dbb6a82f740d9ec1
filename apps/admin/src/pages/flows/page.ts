import { msg } from "@lingui/core/macro";
import { Workflow } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "flows",
  title: msg`Flows`,
  icon: Workflow,
  nav: { group: "automation", order: 15 },
  allows: ({ administer }) => administer,
  views: {
    "": () => import("./flow-list.tsx"),
    new: () => import("./new-flow.tsx"),
    $name: () => import("./flow-detail.tsx"),
    "$name/runs/$run": () => import("./runs/flow-run-detail.tsx"),
  },
  samples: [
    "",
    "new?template=notify",
    "$flow",
    "$flow?node=large",
    "$flow?tab=triggers",
    "$flow?tab=rights",
    "$flow?tab=json",
    "$flow/runs/$flow_run",
    "ship/runs/$run_that_asks",
  ],
};
