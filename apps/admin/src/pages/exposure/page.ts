import { msg } from "@lingui/core/macro";
import { Eye } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "exposure",
  title: msg`Exposure`,
  icon: Eye,
  nav: { group: "access", order: 20 },
  // Every member may read the rules.
  allows: () => true,
  views: { "": () => import("./exposure.tsx") },
  samples: ["", "?who=authenticated", "?who=role:admin"],
};
