import { msg } from "@lingui/core/macro";
import { Radio } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "realtime",
  title: msg`Realtime`,
  icon: Radio,
  nav: { group: "live", order: 30 },
  allows: ({ administer }) => administer,
  views: { "": () => import("./realtime.tsx") },
  samples: [""],
};
