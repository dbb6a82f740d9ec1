import { msg } from "@lingui/core/macro";
import { LogIn } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "sign-in",
  title: msg`Sign-in`,
  icon: LogIn,
  nav: { group: "settings", order: 10 },
  allows: ({ administer }) => administer,
  views: {
    "": () => import("./sign-in-settings.tsx"),
    providers: () => import("./provider-list.tsx"),
    "providers/new": () => import("./new-provider.tsx"),
    tokens: () => import("./tokens-view.tsx"),
  },
  samples: [
    "",
    "?section=pages",
    "?section=captcha",
    "?section=hooks",
    "providers",
    "providers/new",
    "tokens",
    "tokens?new=key",
    "tokens?new=issuer",
  ],
};
