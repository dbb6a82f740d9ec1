import { type Call, type CommandGroup, command } from "../command.ts";
import { DEPLOY_OPTIONS, FUNCTION_DEV_OPTIONS, FUNCTION_LOGS_OPTIONS, INVOKE_OPTIONS } from "../functions/options.ts";
import { FUNCTION_COLUMNS, DEPLOYMENTS as PATH, shownFunction } from "../functions/shown.ts";
import { encoded, requestCommand } from "../request-command.ts";

const LIST_RUNS = requestCommand({
  summary: "",
  args: ["NAME"],
  options: FUNCTION_LOGS_OPTIONS,
  onePage: true,
  request: ([name], { status }) => [
    "GET",
    `${PATH}/${encoded(name)}/runs${status === undefined ? "" : `?status=${status}`}`,
  ],
  columns: ["created_at", "version", "status", "ms", "error", "logs", "id"],
  row: ({ error, logs, ...run }) => ({
    ...run,
    error: error && `${(error as { message: string }).message} ${(error as { stack: string[] }).stack[0] ?? ""}`,
    logs: (logs as { text: string }[]).map((line) => line.text).join("\n"),
  }),
});

export const FUNCTIONS: CommandGroup = {
  summary: "code of your own that runs in the server",
  actions: {
    list: requestCommand({
      summary: "list the functions, and what each may do",
      request: () => ["GET", PATH],
      columns: FUNCTION_COLUMNS,
      row: shownFunction,
    }),
    deploy: command({
      summary: "deploy a function: a new version, which answers from now on",
      args: ["FILE"],
      options: DEPLOY_OPTIONS,
      access: "caller",
      notes:
        "FILE is one JavaScript module with a default export, or TypeScript, or a folder with index.ts: these are bundled\n" +
        "by esbuild. What the options do not say, the file may: export const config = {…}. See docs/functions.md.\n",
      run: async (call) => (await import("../functions/deploy.ts")).deployFromFile(call),
    }),
    versions: requestCommand({
      summary: "list the versions of a function",
      args: ["NAME"],
      request: ([name]) => ["GET", `${PATH}/${encoded(name)}/versions`],
      columns: ["version", "active", "runtime", "created_at"],
    }),
    rollback: requestCommand({
      summary: "let another version of a function answer",
      args: ["NAME", "VERSION"],
      request: ([name, version]) => ["POST", `${PATH}/${encoded(name)}/rollback`, { version: Number(version) }],
      columns: ["name", "version"],
    }),
    logs: command({
      summary: "show the runs of a function, the newest first",
      args: ["NAME"],
      options: FUNCTION_LOGS_OPTIONS,
      access: "caller",
      async run(call) {
        if (!call.values.follow) return LIST_RUNS.run(call as unknown as Call);
        const { followFunctionRuns } = await import("../functions/follow-runs.ts");
        await followFunctionRuns(call.api(), call.args[0]!, call.terminal, call.values);
        return 0;
      },
    }),
    invoke: command({
      summary: "call a function, and show what it returns",
      args: ["NAME", "[FILE]"],
      options: INVOKE_OPTIONS,
      access: "caller",
      run: async (call) => (await import("../functions/invoke.ts")).invokeFunction(call),
    }),
    dev: command({
      summary: "deploy a function to a server on this machine whenever it is saved, and show its runs",
      args: ["FILE"],
      options: FUNCTION_DEV_OPTIONS,
      access: "caller",
      notes:
        "The server is the one that plinth dev runs. Where none is configured and nobody is signed in, it starts one, with its\n" +
        "data in .plinth, and ends it. FILE is as for deploy.\n",
      run: async (call) => (await import("../functions/dev-function.ts")).devFunction(call),
    }),
    "set-secret": requestCommand({
      summary: "set a secret of a function",
      args: ["NAME", "SECRET", "VALUE"],
      request: ([name, secret, value]) => ["PUT", `${PATH}/${encoded(name)}/secrets/${encoded(secret)}`, { value }],
      columns: ["name"],
    }),
    "delete-secret": requestCommand({
      summary: "delete a secret of a function",
      args: ["NAME", "SECRET"],
      request: ([name, secret]) => ["DELETE", `${PATH}/${encoded(name)}/secrets/${encoded(secret)}`],
      columns: ["name"],
    }),
    delete: requestCommand({
      summary: "delete a function, with its versions and secrets",
      args: ["NAME"],
      request: ([name]) => ["DELETE", `${PATH}/${encoded(name)}`],
      columns: ["name"],
    }),
  },
};
