import { msg } from "@lingui/core/macro";
import { ShieldHalf } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "rules",
  title: msg`Rules`,
  icon: ShieldHalf,
  nav: { group: "access", order: 10 },
  allows: ({ develop }) => develop,
  views: { "": () => import("./rule-matrix.tsx") },
  samples: [
    "",
    "?role=authenticated",
    "?collection=$collection&action=read",
    "?role=authenticated&collection=$collection&action=update",
  ],
};
