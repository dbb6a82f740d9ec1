import { msg } from "@lingui/core/macro";
import { ShieldCheck } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "security-log",
  title: msg`Security log`,
  icon: ShieldCheck,
  nav: { group: "people", order: 50 },
  allows: ({ administer }) => administer,
  viewAllows: { server: ({ server }) => server },
  views: { "": () => import("./security-log.tsx"), server: () => import("./server-log.tsx") },
  samples: ["", "server"],
};
