import type { Env } from "@plinth/core";
import { type Api, connect } from "./api.ts";
import { type MANAGE_OPTIONS, type parse, usage } from "./options.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

type Parsed = ReturnType<typeof parse<typeof MANAGE_OPTIONS>>;
type Values = Parsed["values"];
type Row = Record<string, unknown>;

/** One thing that can be done: a request, and how its answer is shown. */
interface Action {
  /** What stands after the command's name. */
  readonly args: readonly string[];
  request(args: readonly string[], values: Values): readonly [method: string, path: string, body?: Row];
  readonly columns: readonly string[];
}

const WORKSPACE = ["slug", "name", "state", "purge_at", "id"];
const MEMBER = ["email", "role", "name", "id"];
const at = (name: string | undefined) => `/api/workspaces/${encodeURIComponent(name!)}`;
const changed = (name: string): Action => ({
  args: ["WORKSPACE"],
  request: ([workspace]) => ["POST", `${at(workspace)}/${name}`, {}],
  columns: WORKSPACE,
});

const WORKSPACES: Readonly<Record<string, Action>> = {
  list: { args: [], request: () => ["GET", "/api/workspaces"], columns: WORKSPACE },
  create: {
    args: ["SLUG"],
    request: ([slug], { name = slug }) => ["POST", "/api/workspaces", { slug, name }],
    columns: WORKSPACE,
  },
  rename: {
    args: ["WORKSPACE"],
    request([workspace], { slug, name }) {
      if (slug === undefined && name === undefined) throw usage("Say what to change with --slug or --name");
      return ["PATCH", at(workspace), { ...(slug !== undefined && { slug }), ...(name !== undefined && { name }) }];
    },
    columns: WORKSPACE,
  },
  archive: changed("archive"),
  unarchive: changed("unarchive"),
  restore: changed("restore"),
  delete: {
    args: ["WORKSPACE"],
    request([workspace], { confirm, "grace-days": days }) {
      const query = new URLSearchParams({
        ...(confirm !== undefined && { confirm }),
        ...(days !== undefined && { grace_days: days }),
      });
      return ["DELETE", `${at(workspace)}?${query}`];
    },
    columns: WORKSPACE,
  },
};

const MEMBERS: Readonly<Record<string, Action>> = {
  list: { args: [], request: () => ["GET", "/api/members"], columns: MEMBER },
  invite: {
    args: ["EMAIL", "ROLE"],
    request: ([email, role], { "send-mail": send_mail }) => [
      "POST",
      "/api/member-invitations",
      { email, role, send_mail },
    ],
    columns: ["email", "role", "link"],
  },
  role: {
    args: ["ID", "ROLE"],
    request: ([id, role]) => ["PATCH", `/api/members/${encodeURIComponent(id!)}`, { role }],
    columns: MEMBER,
  },
  remove: {
    args: ["ID"],
    request: ([id]) => ["DELETE", `/api/members/${encodeURIComponent(id!)}`],
    columns: ["id"],
  },
};

const COMMANDS = { workspaces: WORKSPACES, members: MEMBERS };

/** `plinth workspaces …` and `plinth members …`: what operators do, with the token of their session. */
export async function runManagement(
  command: keyof typeof COMMANDS,
  { positionals, values }: Parsed,
  env: Env,
  terminal: Terminal,
): Promise<number> {
  const [name = "", ...args] = positionals;
  const actions = COMMANDS[command];
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) throw usage(`plinth ${command} needs one of ${Object.keys(actions).join(", ")}`);
  if (args.length !== action.args.length) throw usage(`Write plinth ${[command, name, ...action.args].join(" ")}`);
  const [method, path, body] = action.request(args, values);
  const found = await allOf(apiOf(values, env), method, path, body);
  if (values.json) await terminal.out(`${JSON.stringify(found, null, 2)}\n`);
  else await terminal.out(shown(Array.isArray(found) ? found : [found], action.columns));
  return 0;
}

/** All pages of a list, or the one answer. */
async function allOf(api: Api, method: string, path: string, body: Row | undefined): Promise<Row | Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null | undefined; ; ) {
    const page = await api.manage(method, cursor ? `${path}?${new URLSearchParams({ cursor })}` : path, body);
    if (!Array.isArray(page.data)) return page.data;
    rows.push(...page.data);
    cursor = page.next_cursor;
    if (!cursor) return rows;
  }
}

function shown(rows: readonly Row[], columns: readonly string[]): string {
  const texts = rows.map((row) => columns.map((column) => String(row[column] ?? "")));
  // A link that is cut leads nowhere.
  return table(columns, texts, Number.POSITIVE_INFINITY);
}

function apiOf(values: Values, env: Env): Api {
  const token = values.token || env.PLINTH_TOKEN;
  if (!token) throw usage("Give the token of an operator's session with --token or PLINTH_TOKEN");
  const workspace = values.workspace ?? env.PLINTH_WORKSPACE;
  return connect({ url: values.url ?? env.PLINTH_URL ?? "http://127.0.0.1:8787", key: undefined, token, workspace });
}
