import { msg } from "@lingui/core/macro";
import { Table2 } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

/** The schema of one collection; its items have a page of their own below it. */
export const page: AdminPage = {
  path: "collections/$collection",
  title: msg`Collection`,
  icon: Table2,
  allows: ({ develop }) => develop,
  views: { "": () => import("./collection-view.tsx") },
  samples: [
    "",
    "?field=title",
    "?field=author",
    "?field=%2B",
    "?tab=indexes",
    "?tab=access",
    "?tab=settings",
    "?tab=code",
  ],
};
