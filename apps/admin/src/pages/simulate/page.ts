import { msg } from "@lingui/core/macro";
import { Scale } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "simulate",
  title: msg`Simulate`,
  icon: Scale,
  nav: { group: "access", order: 25 },
  allows: ({ develop }) => develop,
  views: { "": () => import("./simulate.tsx") },
  samples: [
    "",
    "?collection=$collection&action=read",
    "?who=user:$user&collection=$collection&action=update&item=$item",
  ],
};
