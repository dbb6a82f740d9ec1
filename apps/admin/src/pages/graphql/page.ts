import { msg } from "@lingui/core/macro";
import { Waypoints } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "graphql",
  title: msg`GraphQL`,
  icon: Waypoints,
  nav: { group: "api", order: 15 },
  allows: ({ develop }) => develop,
  readsAs: true,
  views: { "": () => import("./graphql-page.tsx") },
  samples: ["", "?tab=schema", "?tab=settings"],
};
