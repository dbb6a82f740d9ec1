import { msg } from "@lingui/core/macro";
import { Sparkles } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "ai",
  title: msg`AI models`,
  icon: Sparkles,
  nav: { group: "settings", order: 25 },
  // Whoever chooses the endpoint reads all that is sent there.
  allows: ({ administer }) => administer,
  views: { "": () => import("./ai-page.tsx") },
  samples: [""],
};
