import { type CommandGroup, text } from "../command.ts";
import { DATA_OPTION, jsonInput } from "../json-input.ts";
import { encoded, requestCommand } from "../request-command.ts";

const PATH = "/api/schedules";
const SCHEDULE = ["id", "name", "when", "enabled", "next_at"];
const NOTES = "FILE holds the JSON that POST /api/schedules takes.\n";

const at = (id: string | undefined, more = "") => `${PATH}/${encoded(id)}${more}`;

export const SCHEDULES: CommandGroup = {
  summary: "jobs at times, by changes, or on dates of items",
  actions: {
    list: requestCommand({
      summary: "list the schedules",
      request: () => ["GET", PATH],
      columns: SCHEDULE,
    }),
    show: requestCommand({
      summary: "show a schedule with its job and its last firings",
      args: ["ID"],
      request: ([id]) => ["GET", at(id)],
    }),
    create: requestCommand({
      summary: "make a schedule",
      args: ["[FILE]"],
      options: { data: DATA_OPTION },
      notes: NOTES,
      request: async ([file], { data }, { terminal }) => ["POST", PATH, await jsonInput(file, data, terminal)],
      columns: SCHEDULE,
    }),
    update: requestCommand({
      summary: "change a schedule",
      args: ["ID", "[FILE]"],
      options: { data: DATA_OPTION },
      request: async ([id, file], { data }, { terminal }) => ["PATCH", at(id), await jsonInput(file, data, terminal)],
      columns: SCHEDULE,
    }),
    pause: requestCommand({
      summary: "store no jobs for a while",
      args: ["ID"],
      request: ([id]) => ["PATCH", at(id), { enabled: false }],
      columns: SCHEDULE,
    }),
    resume: requestCommand({
      summary: "store jobs again, from now on",
      args: ["ID"],
      request: ([id]) => ["PATCH", at(id), { enabled: true }],
      columns: SCHEDULE,
    }),
    run: requestCommand({
      summary: "store the job of a schedule now",
      args: ["ID"],
      request: ([id]) => ["POST", at(id, "/run")],
      columns: ["id", "queue", "name", "state", "run_at"],
    }),
    preview: requestCommand({
      summary: "show the next five times of a cron expression",
      args: ["SCHEDULE"],
      options: { zone: text("ZONE", "a time zone such as Europe/Berlin; UTC unless given") },
      request: ([schedule], { zone }) => ["POST", "/api/schedule-preview", { when: { type: "cron", schedule, zone } }],
    }),
    delete: requestCommand({
      summary: "delete a schedule; its jobs stay",
      args: ["ID"],
      request: ([id]) => ["DELETE", at(id)],
      columns: ["id"],
    }),
  },
};
