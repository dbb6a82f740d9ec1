import { readFile } from "node:fs/promises";
import { type CommandGroup, choice, text } from "../command.ts";
import { CliError } from "../errors.ts";
import { DATA_OPTION, jsonInput } from "../json-input.ts";
import { names } from "../options.ts";
import { encoded, requestCommand } from "../request-command.ts";

const PATH = "/api/deployments";
const FUNCTION = ["name", "version", "auth", "methods", "as", "actions", "collections", "fetch"];

/** What a function may do is shown with each deployment. */
const shown = ({ permissions, http, ...rest }: Record<string, unknown>) => ({
  ...rest,
  ...(permissions as object),
  ...(http as object),
});

async function sourceIn(path: string): Promise<string> {
  if (/\.[cm]?tsx?$/.test(path))
    throw new CliError(`${path}: bundle it to JavaScript first, such as with esbuild --bundle --format=esm.`);
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CliError(
      error.code === "ENOENT" ? `There is no file ${path}.` : `${path} cannot be read: ${error.message}`,
    );
  });
}

const nameOf = (path: string): string => path.replace(/^.*\//, "").replace(/\.[^.]*$/, "");

export const FUNCTIONS: CommandGroup = {
  summary: "code of your own that runs in the server",
  actions: {
    list: requestCommand({
      summary: "list the functions, and what each may do",
      request: () => ["GET", PATH],
      columns: FUNCTION,
      row: shown,
    }),
    deploy: requestCommand({
      summary: "deploy a function: a new version, which answers from now on",
      args: ["FILE"],
      options: {
        name: text("NAME", "its name; that of the file unless given"),
        auth: text("WHO", "who may call it: public, signed_in, role:NAME, or admin, which it is unless given"),
        methods: text("A,B", "the methods that it answers; POST unless given"),
        as: text("WHO", "by whose rules it acts: caller unless given, system, or role:NAME"),
        actions: text("A,B", "what it may do with items: read, create, update, delete"),
        collections: text("A,B", "with the items of which collections"),
        fetch: text("A,B", "the hosts that it may ask"),
      },
      notes: "FILE is one JavaScript module with a default export. See docs/functions.md.\n",
      async request([file], { name, auth, methods, as, actions, collections, fetch }) {
        const list = (value: string | undefined) => value && names(value);
        const permissions = { as, actions: list(actions), collections: list(collections), fetch: list(fetch) };
        const body = { source: await sourceIn(file!), permissions, http: { auth, methods: list(methods) } };
        return ["PUT", `${PATH}/${encoded(name ?? nameOf(file!))}`, body];
      },
      columns: FUNCTION,
      rows: (answer) => [shown(answer)],
    }),
    versions: requestCommand({
      summary: "list the versions of a function",
      args: ["NAME"],
      request: ([name]) => ["GET", `${PATH}/${encoded(name)}/versions`],
      columns: ["version", "active", "created_at"],
    }),
    rollback: requestCommand({
      summary: "let another version of a function answer",
      args: ["NAME", "VERSION"],
      request: ([name, version]) => ["POST", `${PATH}/${encoded(name)}/rollback`, { version: Number(version) }],
      columns: ["name", "version"],
    }),
    logs: requestCommand({
      summary: "show the runs of a function, the newest first",
      args: ["NAME"],
      options: { status: choice(["succeeded", "failed"], "only these") },
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
    }),
    invoke: requestCommand({
      summary: "call a function by POST, and show what it returns",
      args: ["NAME", "[FILE]"],
      options: { data: DATA_OPTION },
      request: async ([name, file], { data }, { terminal }) => [
        "POST",
        `/api/functions/${encoded(name)}`,
        file === undefined && data === undefined ? {} : await jsonInput(file, data, terminal),
      ],
      columns: ["result"],
      rows: (answer) => [{ result: answer }],
      row: (result) => ({ result }),
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
