import { msg } from "@lingui/core/macro";
import { Scale } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "rules",
  title: msg`Rules`,
  icon: Scale,
  nav: { group: "access", order: 10 },
  allows: ({ develop }) => develop,
  views: { "": () => import("./rules.tsx") },
  samples: ["", "?role=authenticated", "?collection=$collection&action=read"],
};
