import { msg } from "@lingui/core/macro";
import { DatabaseZap } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "sql",
  title: msg`SQL console`,
  icon: DatabaseZap,
  nav: { group: "api", order: 20 },
  allows: ({ server }) => server,
  views: { "": () => import("./sql-console.tsx") },
  samples: ["", "?tab=history"],
};
