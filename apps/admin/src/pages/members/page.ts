import { msg } from "@lingui/core/macro";
import { UserCog } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "members",
  title: msg`Members`,
  icon: UserCog,
  nav: { group: "people", order: 30 },
  allows: () => true,
  views: { "": () => import("./member-list.tsx") },
  samples: ["", "?invite=true"],
};
