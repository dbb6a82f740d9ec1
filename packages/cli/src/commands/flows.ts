import { type CommandGroup, text } from "../command.ts";
import { DATA_OPTION, jsonInput } from "../json-input.ts";
import { numberOption, queryOf } from "../options.ts";
import { encoded, requestCommand } from "../request-command.ts";

const PATH = "/api/flows";
const RUNS = "/api/flow-runs";
const FLOW = ["name", "version", "enabled", "description", "updated_at"];
const RUN = ["id", "flow", "state", "error", "approval", "resumes_at", "created_at"];

const at = (name: string | undefined, more = "") => `${PATH}/${encoded(name)}${more}`;
const runAt = (id: string | undefined, more = "") => `${RUNS}/${encoded(id)}${more}`;

const FILTERS = {
  flow: text("NAME", "those of a flow"),
  state: text("NAME", "pending, active, scheduled, succeeded, dead or cancelled"),
  limit: text("N", "50 unless given"),
} as const;

export const FLOWS: CommandGroup = {
  summary: "several steps one after the other, and their runs",
  actions: {
    list: requestCommand({ summary: "list the flows", request: () => ["GET", PATH], columns: FLOW }),
    show: requestCommand({
      summary: "show a flow with its nodes",
      args: ["NAME"],
      request: ([name]) => ["GET", at(name)],
    }),
    deploy: requestCommand({
      summary: "deploy a flow: a new version, which new runs follow",
      args: ["NAME", "[FILE]"],
      options: { data: DATA_OPTION },
      notes: "FILE holds the JSON that PUT /api/flows/NAME takes.\n",
      request: async ([name, file], { data }, { terminal }) => ["PUT", at(name), await jsonInput(file, data, terminal)],
      columns: FLOW,
    }),
    rollback: requestCommand({
      summary: "let new runs follow another version",
      args: ["NAME", "VERSION"],
      request: ([name, version]) => ["POST", at(name, "/rollback"), { version: numberOption("VERSION", version) }],
      columns: FLOW,
    }),
    versions: requestCommand({
      summary: "list the versions of a flow, the newest first",
      args: ["NAME"],
      request: ([name]) => ["GET", at(name, "/versions")],
      columns: ["version", "active", "description", "created_at"],
    }),
    enable: requestCommand({
      summary: "let its triggers start it",
      args: ["NAME"],
      request: ([name]) => ["PATCH", at(name), { enabled: true }],
      columns: FLOW,
    }),
    disable: requestCommand({
      summary: "let nothing start it",
      args: ["NAME"],
      request: ([name]) => ["PATCH", at(name), { enabled: false }],
      columns: FLOW,
    }),
    delete: requestCommand({
      summary: "delete a flow with its versions and secrets",
      args: ["NAME"],
      request: ([name]) => ["DELETE", at(name)],
      columns: ["name"],
    }),
    "set-secret": requestCommand({
      summary: "set a secret of a flow",
      args: ["NAME", "SECRET", "VALUE"],
      request: ([name, secret, value]) => ["PUT", at(name, `/secrets/${encoded(secret)}`), { value }],
      columns: ["name"],
    }),
    "delete-secret": requestCommand({
      summary: "delete a secret of a flow",
      args: ["NAME", "SECRET"],
      request: ([name, secret]) => ["DELETE", at(name, `/secrets/${encoded(secret)}`)],
      columns: ["name"],
    }),
    run: requestCommand({
      summary: "start a run of a flow",
      args: ["NAME", "[FILE]"],
      options: { data: DATA_OPTION },
      notes: "FILE holds the input, which is JSON.\n",
      async request([name, file], { data }, { terminal }) {
        const isEmpty = file === undefined && data === undefined;
        return ["POST", at(name, "/run"), isEmpty ? {} : { input: await jsonInput(file, data, terminal) }];
      },
      columns: RUN,
    }),
    runs: requestCommand({
      summary: "list runs, the newest first",
      options: FILTERS,
      request: (_, values) => ["GET", `${RUNS}?${queryOf(FILTERS, values)}`],
      columns: RUN,
      onePage: true,
    }),
    "show-run": requestCommand({
      summary: "show a run",
      args: ["ID"],
      request: ([id]) => ["GET", runAt(id)],
    }),
    steps: requestCommand({
      summary: "list what a run has done, in its order",
      args: ["ID"],
      request: ([id]) => ["GET", runAt(id, "/steps")],
      columns: ["path", "type", "attempt", "output", "error", "ended_at"],
    }),
    cancel: requestCommand({
      summary: "cancel a run that has not ended",
      args: ["ID"],
      request: ([id]) => ["POST", runAt(id, "/cancel")],
      columns: RUN,
    }),
    retry: requestCommand({
      summary: "run a flow again from the node that has failed, or from another one",
      args: ["ID"],
      options: { from: text("PATH", "the place of the node in the run, such as each.3.mail") },
      request: ([id], { from }) => ["POST", runAt(id, "/retry"), { from }],
      columns: RUN,
    }),
  },
};
