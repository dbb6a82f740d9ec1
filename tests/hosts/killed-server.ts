/** A real server process that is killed and started again over the same data. */
import type { Json } from "@plinth/core";
import { type HostProcess, startHost } from "../matrix/host-process.ts";
import { type Lab, SECRET } from "../matrix/lab.ts";
import { BUN_SERVER } from "../support/bun-server.ts";

export const PASSWORD = "correct horse battery";

export const person = (email: string) => ({ name: "Ada", email, password: PASSWORD });

/** What each engine needs, and why it cannot be had. */
export const ENGINES = [
  { name: "SQLite", missing: (_: Lab) => false, env: async (_: Lab): Promise<Record<string, string>> => ({}) },
  {
    name: "Postgres",
    missing: (lab: Lab) => !lab.postgres,
    env: async (lab: Lab): Promise<Record<string, string>> => ({ DATABASE_URL: await lab.database() }),
  },
] as const;

type Row = Record<string, Json>;

export interface KilledServer {
  /** Undefined where the connection ended before the answer: then nobody got an answer. */
  post(path: string, body: object, headers?: Record<string, string>): Promise<Answer | undefined>;
  patch(path: string, body: object, headers: Record<string, string>): Promise<Answer | undefined>;
  get(path: string, headers: Record<string, string>): Promise<Response>;
  /** All rows of a list, by the operator's key unless `headers` say otherwise. */
  list(path: string, headers?: Record<string, string>): Promise<Row[]>;
  /** The operator's key. */
  asOperator(): Record<string, string>;
  /** The operator's session, for what no key may do. */
  asPerson(): Record<string, string>;
  /** SIGKILL. */
  kill(): void;
  /** Waits for the end of the process, and starts another. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly body: Row;
}

/** With an operator, whose key is used afterwards. */
export async function killedServer(
  lab: Lab,
  engine: (typeof ENGINES)[number],
  settings: Record<string, string> = {},
): Promise<KilledServer> {
  const cwd = lab.folder();
  // A killed server is asked again and again, for the same accounts.
  const env = { PLINTH_SECRET: SECRET, AUTH_RATE_LIMIT: "0", ...(await engine.env(lab)), ...settings };
  let host: HostProcess = await startHost({ command: BUN_SERVER, env, cwd });
  let key = "";
  const asOperator = () => ({ "x-api-key": key });
  const ask = async (method: string, path: string, body: object, headers: Record<string, string>) => {
    const init = { method, headers: { "content-type": "application/json", ...headers } };
    try {
      const answer = await fetch(host.baseUrl + path, { ...init, body: JSON.stringify(body) });
      return { status: answer.status, ok: answer.ok, body: (await answer.json()) as Row };
    } catch {
      return undefined;
    }
  };
  const post: KilledServer["post"] = (path, body, headers = {}) => ask("POST", path, body, headers);
  const get: KilledServer["get"] = (path, headers) => fetch(host.baseUrl + path, { headers });
  const setup = { "x-plinth-setup-token": await host.setupToken() };
  const operator = await post("/api/operator/auth/sign-up/email", person("operator@example.com"), setup);
  const bearer = { authorization: `Bearer ${operator?.body.token}` };
  const made = await post("/api/keys", { name: "killed", kind: "secret" }, bearer);
  key = (made!.body.data as { key: string }).key;
  return {
    post,
    patch: (path, body, headers) => ask("PATCH", path, body, headers),
    asOperator,
    asPerson: () => bearer,
    get,
    async list(path, headers = asOperator()) {
      return ((await (await get(path, headers)).json()) as { data: Row[] }).data;
    },
    kill: () => void process.kill(host.pid, "SIGKILL"),
    async restart() {
      await host.exited;
      host = await startHost({ command: BUN_SERVER, env, cwd });
    },
    stop: () => host.stop(),
  };
}
