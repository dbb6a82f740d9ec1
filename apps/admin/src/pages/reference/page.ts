import { msg } from "@lingui/core/macro";
import { BookOpen } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "reference",
  title: msg`API reference`,
  icon: BookOpen,
  nav: { group: "api", order: 10 },
  allows: ({ develop }) => develop,
  readsAs: true,
  views: { "": () => import("./reference.tsx") },
  samples: ["", "?op=list_$collection", "?op=list_$collection&as=role:admin"],
};
