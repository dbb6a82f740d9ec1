import { msg } from "@lingui/core/macro";
import { KeyRound } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "keys",
  title: msg`API keys`,
  icon: KeyRound,
  nav: { group: "access", order: 40 },
  allows: ({ administer }) => administer,
  views: {
    "": () => import("./key-list.tsx"),
    new: () => import("./new-key.tsx"),
    $id: () => import("./key-detail.tsx"),
  },
  samples: ["", "new", "$key", "$scoped"],
};
