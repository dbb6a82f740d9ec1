import { msg } from "@lingui/core/macro";
import { Webhook } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "webhooks",
  title: msg`Webhooks`,
  icon: Webhook,
  nav: { group: "automation", order: 50 },
  allows: ({ administer }) => administer,
  views: {
    "": () => import("./webhook-list.tsx"),
    new: () => import("./new-webhook.tsx"),
    $id: () => import("./webhook-detail.tsx"),
    "$id/edit": () => import("./edit-webhook.tsx"),
  },
  samples: ["", "new", "$webhook", "$webhook?delivery=$delivery", "$webhook/edit"],
};
