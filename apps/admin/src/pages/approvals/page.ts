import { msg } from "@lingui/core/macro";
import { UserCheck } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "approvals",
  title: msg`Approvals`,
  icon: UserCheck,
  nav: { group: "automation", order: 17 },
  // A flow may ask any member.
  allows: () => true,
  views: { "": () => import("./approval-list.tsx") },
  samples: ["?show=all"],
};
