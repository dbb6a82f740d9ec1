import { msg } from "@lingui/core/macro";
import { Tags } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "roles",
  title: msg`Roles`,
  icon: Tags,
  nav: { group: "access", order: 30 },
  allows: ({ develop }) => develop,
  views: { "": () => import("./role-list.tsx") },
  samples: [""],
};
