import { msg } from "@lingui/core/macro";
import { Mail } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "mail",
  title: msg`Mail`,
  icon: Mail,
  nav: { group: "settings", order: 20 },
  allows: ({ administer }) => administer,
  views: {
    "": () => import("./template-list.tsx"),
    outbox: () => import("./outbox.tsx"),
    "$name/$language": () => import("./template-editor.tsx"),
  },
  samples: ["", "?language=fr", "outbox", "outbox?mail=$mail", "verify_email/en", "verify_email/fr"],
};
