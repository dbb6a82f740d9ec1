import { msg } from "@lingui/core/macro";
import { Rocket } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

/** From nothing to data: a file, a template or an empty collection. */
export const page: AdminPage = {
  path: "start",
  title: msg`Start with data`,
  icon: Rocket,
  allows: ({ develop }) => develop,
  views: { "": () => import("./start.tsx") },
  samples: ["", "?from=file", "?from=template", "?done=$collection"],
};
