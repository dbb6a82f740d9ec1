import { msg } from "@lingui/core/macro";
import { ShieldX } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "refusals",
  title: msg`Refused requests`,
  icon: ShieldX,
  nav: { group: "access", order: 30 },
  allows: () => true,
  views: { "": () => import("./refusals.tsx") },
  samples: ["", "?request=00000000-0000-7000-8000-000000000000"],
};
