import { msg } from "@lingui/core/macro";
import { Activity } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "traffic",
  title: msg`Traffic`,
  icon: Activity,
  nav: { group: "live", order: 10 },
  allows: ({ administer }) => administer,
  views: { "": () => import("./traffic.tsx") },
  samples: [""],
};
