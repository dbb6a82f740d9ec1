import { RUN_TRIGGERS } from "@plinth/core";
import { type CommandGroup, choice, command, text } from "../command.ts";
import { encoded, requestCommand } from "../request-command.ts";
import { RUN_COLUMNS, RUNS_PATH, type RunLine, SHOWN_RUN_KINDS, shownRun, shownRunQuery } from "../runs/shown.ts";

const FILTERS = {
  kind: choice(SHOWN_RUN_KINDS, "only those of this kind"),
  name: text("NAME", "only those of this function, job or webhook"),
  status: text(
    "STATUS",
    "only those that are running, succeeded, failed, suspended, cancelled or lost; several with commas",
  ),
  trigger: choice(RUN_TRIGGERS, "only those that this has started"),
  request: text("ID", "only those that this request has caused"),
  trace: text("ID", "only those of this trace"),
  job: text("ID", "only those of this job"),
  item: text("ID", "only those about this item"),
} as const;

export const RUNS: CommandGroup = {
  summary: "what functions, jobs and webhooks have done",
  actions: {
    list: requestCommand({
      summary: "list the runs, the newest first",
      options: {
        ...FILTERS,
        since: text("TIME", "only those that began from this time on"),
        until: text("TIME", "only those that began before this time"),
        limit: text("N", "the most; 50 unless given"),
      },
      onePage: true,
      request: (_, options) => ["GET", `${RUNS_PATH}${shownRunQuery(options)}`],
      columns: RUN_COLUMNS,
      row: (run) => shownRun(run as RunLine),
    }),
    show: requestCommand({
      summary: "show a run with its logs and its parts",
      args: ["ID"],
      request: ([id]) => ["GET", `${RUNS_PATH}/${encoded(id)}`],
    }),
    follow: command({
      summary: "show runs when they are stored",
      options: FILTERS,
      access: "caller",
      notes: "With --json each line is one run, as GET /api/runs describes it.\n",
      run: async (call) => (await import("../runs/follow.ts")).showNewRuns(call),
    }),
  },
};
