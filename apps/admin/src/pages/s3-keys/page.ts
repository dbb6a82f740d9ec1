import { msg } from "@lingui/core/macro";
import { HardDrive } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "s3-keys",
  title: msg`S3 keys`,
  icon: HardDrive,
  nav: { group: "access", order: 45 },
  allows: ({ administer }) => administer,
  views: {
    "": () => import("./s3-key-list.tsx"),
    new: () => import("./new-s3-key.tsx"),
  },
  samples: ["", "new"],
};
