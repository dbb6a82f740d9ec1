import { type Command, command, type Options, text, type ValuesOf } from "../command.ts";
import { DATA_OPTION, jsonInput } from "../json-input.ts";
import { type ApiObject, encoded, requestCommand } from "../request-command.ts";
import { objectTable } from "../table.ts";

const PATH = "/api/job-queues";
const SETTINGS = ["queue", "paused", "concurrency", "rate_limit", "max_attempts"];

const at = (queue: string | undefined, more = "") => `${PATH}/${encoded(queue)}${more}`;

const act = (action: "pause" | "resume", summary: string) =>
  requestCommand({
    summary,
    args: ["QUEUE"],
    request: ([queue]) => ["POST", at(queue, `/${action}`)],
    columns: SETTINGS,
  });

interface ManySpec<O extends Options> {
  readonly summary: string;
  readonly action: "replay" | "cancel";
  readonly options: O;
  readonly counts: readonly string[];
  body(values: ValuesOf<O>): ApiObject;
}

/** Slice by slice, until there are no more. */
function many<O extends Options>({ summary, action, options, counts, body }: ManySpec<O>): Command {
  return command({
    summary,
    args: ["QUEUE"],
    access: "caller",
    options,
    async run({ args: [queue], values, api, show }) {
      const asked = api();
      const sums = Object.fromEntries(counts.map((name) => [name, 0]));
      for (let after: unknown; after !== null; ) {
        const slice = { ...body(values), ...(after !== undefined && { after }) };
        const { data } = await asked.manage("POST", at(queue, `/${action}`), slice);
        const { next = null, ...counted } = data as ApiObject;
        for (const name of counts) sums[name]! += Number(counted[name]);
        after = next;
      }
      await show(sums, objectTable(counts, [sums]));
      return 0;
    },
  });
}

const NAME = text("NAME", "only those with this name");

/** Of `plinth jobs`. */
export const JOB_QUEUES: Readonly<Record<string, Command>> = {
  queues: requestCommand({
    summary: "list the queues, with what is in them",
    request: () => ["GET", PATH],
    columns: ["queue", "paused", "counts", "oldest_pending_at", "succeeded_last_minute"],
  }),
  set: requestCommand({
    summary: "set how a queue is worked off",
    args: ["QUEUE", "[FILE]"],
    options: { data: DATA_OPTION },
    notes: "FILE holds the JSON that PUT /api/job-queues/:queue takes.\n",
    request: async ([queue, file], { data }, { terminal }) => ["PUT", at(queue), await jsonInput(file, data, terminal)],
    columns: SETTINGS,
  }),
  pause: act("pause", "have nothing of a queue begin"),
  resume: act("resume", "have jobs of a paused queue begin again"),
  replay: many({
    summary: "run dead jobs of a queue again",
    action: "replay",
    options: {
      name: NAME,
      since: text("TIME", "those that died from then on"),
      until: text("TIME", "those that died before then"),
    },
    counts: ["replayed", "passed_over"],
    body: ({ name, since, until }) => ({ name, since, until }),
  }),
  "cancel-all": many({
    summary: "cancel the jobs of a queue that wait",
    action: "cancel",
    options: { name: NAME },
    counts: ["cancelled"],
    body: ({ name }) => ({ name }),
  }),
};
