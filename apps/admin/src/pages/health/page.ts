import { msg } from "@lingui/core/macro";
import { HeartPulse } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "health",
  title: msg`Health`,
  icon: HeartPulse,
  nav: { group: "live", order: 50 },
  allows: ({ administer }) => administer,
  views: { "": () => import("./health.tsx") },
  samples: [""],
};
