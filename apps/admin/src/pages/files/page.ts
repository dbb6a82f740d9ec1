import { msg } from "@lingui/core/macro";
import { Folder } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "files",
  title: msg`Files`,
  icon: Folder,
  nav: { group: "data", order: 20 },
  allows: ({ develop }) => develop,
  views: {
    "": () => import("./bucket-list.tsx"),
    $bucket: () => import("./bucket-view.tsx"),
  },
  samples: [
    "",
    "?new=true",
    "$bucket",
    "$bucket?layout=gallery",
    "$bucket?folder=2026",
    "$bucket?folder=nothing",
    "$bucket?settings=true",
    "$bucket?presets=true",
    "$bucket?fetch=true",
    "$bucket?file=$file",
  ],
};
