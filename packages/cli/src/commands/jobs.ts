import { type CommandGroup, choice, text } from "../command.ts";
import { DATA_OPTION, jsonInput } from "../json-input.ts";
import { encoded, requestCommand } from "../request-command.ts";
import { JOB_QUEUES } from "./job-queues.ts";

const PATH = "/api/jobs";
const JOB = ["id", "queue", "name", "state", "attempts", "run_at", "last_error"];
const STATES = ["scheduled", "pending", "active", "succeeded", "dead", "cancelled"] as const;

const act = (action: string, summary: string) =>
  requestCommand({
    summary,
    args: ["ID"],
    request: ([id]) => ["POST", `${PATH}/${encoded(id)}/${action}`],
    columns: JOB,
  });

export const JOBS: CommandGroup = {
  summary: "work that is done later",
  actions: {
    list: requestCommand({
      summary: "list the jobs, the newest first",
      options: {
        state: choice(STATES, "only those in this state"),
        queue: text("QUEUE", "only those of this queue"),
        name: text("NAME", "only those with this name"),
        limit: text("N", "the most; 50 unless given"),
      },
      request: (_, options) => {
        const given = Object.entries(options).filter(([, value]) => value !== undefined) as [string, string][];
        return ["GET", given.length === 0 ? PATH : `${PATH}?${new URLSearchParams(given)}`];
      },
      columns: JOB,
    }),
    enqueue: requestCommand({
      summary: "store a job",
      args: ["[FILE]"],
      options: { data: DATA_OPTION },
      notes: "FILE holds the JSON that POST /api/jobs takes.\n",
      request: async ([file], { data }, { terminal }) => ["POST", PATH, await jsonInput(file, data, terminal)],
      columns: JOB,
    }),
    show: requestCommand({
      summary: "show a job with its payload, its result and its error",
      args: ["ID"],
      request: ([id]) => ["GET", `${PATH}/${encoded(id)}`],
    }),
    cancel: act("cancel", "keep a job from running, or from running again"),
    retry: act("retry", "run a job again that has ended, or now one that waits"),
    event: requestCommand({
      summary: "store an event, and wake the jobs that wait for it",
      args: ["NAME"],
      options: { key: text("KEY", "to whom or to what"), data: DATA_OPTION },
      notes: "The data are the payload of the event.\n",
      request: async ([name], { key, data }, { terminal }) => {
        const payload = data === undefined ? null : await jsonInput(undefined, data, terminal);
        return ["POST", "/api/events", { name, key, payload }];
      },
      columns: ["id", "name", "key", "created_at"],
    }),
    ...JOB_QUEUES,
  },
};
