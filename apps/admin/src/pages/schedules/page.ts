import { msg } from "@lingui/core/macro";
import { CalendarClock } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "schedules",
  title: msg`Schedules`,
  icon: CalendarClock,
  nav: { group: "automation", order: 30 },
  allows: ({ administer }) => administer,
  views: {
    "": () => import("./schedule-list.tsx"),
    new: () => import("./new-schedule.tsx"),
    $id: () => import("./schedule-detail.tsx"),
    "$id/edit": () => import("./edit-schedule.tsx"),
  },
  samples: ["", "new", "$schedule", "$schedule/edit", "$schedule_of_dates/edit"],
};
