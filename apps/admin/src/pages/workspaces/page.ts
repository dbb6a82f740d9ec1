import { msg } from "@lingui/core/macro";
import { Boxes } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "workspaces",
  title: msg`Workspaces`,
  icon: Boxes,
  nav: { group: "settings", order: 90 },
  allows: () => true,
  views: {
    "": () => import("./workspace-list.tsx"),
    $slug: () => import("./workspace-detail.tsx"),
  },
  samples: ["", "?new=true", "default", "branch"],
};
