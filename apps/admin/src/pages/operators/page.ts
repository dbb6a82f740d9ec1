import { msg } from "@lingui/core/macro";
import { ServerCog } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "operators",
  title: msg`Operators`,
  icon: ServerCog,
  nav: { group: "settings", order: 80 },
  allows: ({ server }) => server,
  views: { "": () => import("./operator-list.tsx") },
  samples: ["", "?new=true"],
};
