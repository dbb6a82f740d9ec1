import { msg } from "@lingui/core/macro";
import { Users } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "users",
  title: msg`Users`,
  icon: Users,
  nav: { group: "people", order: 10 },
  allows: ({ administer }) => administer,
  views: {
    "": () => import("./user-list.tsx"),
    new: () => import("./new-user.tsx"),
    invitations: () => import("./invitation-list.tsx"),
    $id: () => import("./user-detail.tsx"),
  },
  samples: ["", "?state=blocked", "new", "invitations", "invitations?new=true", "$user", "$user?act=true"],
};
