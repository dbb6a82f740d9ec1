import { msg } from "@lingui/core/macro";
import { Gauge } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "slow-queries",
  title: msg`Slow queries`,
  icon: Gauge,
  nav: { group: "live", order: 20 },
  allows: ({ administer }) => administer,
  views: { "": () => import("./slow-queries.tsx") },
  samples: [""],
};
