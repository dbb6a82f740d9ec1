import { msg } from "@lingui/core/macro";
import { ListTodo } from "lucide-react";
import type { AdminPage } from "../../app/page.ts";

export const page: AdminPage = {
  path: "jobs",
  title: msg`Jobs`,
  icon: ListTodo,
  nav: { group: "automation", order: 20 },
  allows: ({ administer }) => administer,
  views: {
    "": () => import("./job-list.tsx"),
    new: () => import("./new-job.tsx"),
    queues: () => import("./queues/queue-list.tsx"),
    "queues/$queue": () => import("./queues/queue-detail.tsx"),
    $id: () => import("./job-detail.tsx"),
  },
  samples: ["", "new", "$job", "$job_in_steps", "queues", "queues/samples"],
};
