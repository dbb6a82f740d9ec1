import { msg } from "@lingui/core/macro";
import { Settings } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "settings",
  title: msg`General`,
  icon: Settings,
  nav: { group: "settings", order: 0 },
  allows: ({ administer }) => administer,
  views: { "": () => import("./general-settings.tsx") },
  samples: [""],
};
