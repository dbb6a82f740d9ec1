import { msg } from "@lingui/core/macro";
import { House } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "",
  title: msg`Overview`,
  icon: House,
  allows: () => true,
  views: { "": () => import("./overview.tsx") },
  samples: [""],
};
