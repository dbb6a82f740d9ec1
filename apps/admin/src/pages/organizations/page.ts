import { msg } from "@lingui/core/macro";
import { Building2 } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "organizations",
  title: msg`Organizations`,
  icon: Building2,
  nav: { group: "people", order: 20 },
  allows: ({ administer }) => administer,
  views: {
    "": () => import("./organization-list.tsx"),
    $id: () => import("./organization-detail.tsx"),
  },
  samples: [
    "",
    "?new=true",
    "$organization",
    "$organization?tab=invitations",
    "$organization?tab=invitations&invite=true",
    "$organization?tab=teams",
    "$organization?tab=teams&team=$team",
    "$organization?tab=names",
  ],
};
