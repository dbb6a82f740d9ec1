import { startHost } from "../matrix/host-process.ts";
import type { Lab } from "../matrix/lab.ts";
import { BUN_SERVER } from "../support/bun-server.ts";

/** A server under test, and its operator. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  /** Asks as the operator, or as `token` or `key` say; throws where the answer is no success. */
  ask(method: string, path: string, body?: unknown, who?: { token?: string; key?: string }): Promise<Answer>;
  signUp(name: string): Promise<{ token: string; id: string }>;
  stop(): Promise<void>;
  /** SIGKILL; fulfilled when the process has ended, and its port is free. */
  kill(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every kind, looked at by the tests.
export type Answer = any;

export interface Account {
  token: string;
  secretKey: string;
}

/** Starts Bun's server; `account` is of an earlier start over the same data. */
export async function startServer(
  lab: Lab,
  env: Record<string, string> = {},
  cwd = lab.folder(),
  account?: Account,
  command: readonly string[] = BUN_SERVER,
): Promise<Server & { account: Account }> {
  const host = await startHost({ command, cwd, env });
  const url = host.baseUrl;
  let token = account?.token ?? "";
  const ask: Server["ask"] = async (method, path, body, who = { token }) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(who.token && { authorization: `Bearer ${who.token}` }),
        ...(who.key && { "x-api-key": who.key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} gave ${response.status} ${text.slice(0, 300)}`);
    return JSON.parse(text) as Answer;
  };
  const signUp = async (name: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}/api/auth/sign-up/email`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ name, email: `${name}@x.test`, password: "correct horse battery" }),
    });
    const { user } = (await response.json()) as { user: { id: string } };
    return { token: response.headers.get("set-auth-token")!, id: user.id };
  };
  let secretKey = account?.secretKey ?? "";
  if (!account) {
    token = (await signUp("operator", { "x-plinth-setup-token": await host.setupToken() })).token;
    secretKey = (await ask("POST", "/api/keys", { name: "test", kind: "secret" })).data.key;
  }
  return {
    url,
    pid: host.pid,
    ask,
    signUp,
    stop: host.stop,
    async kill() {
      process.kill(host.pid, "SIGKILL");
      await host.exited;
    },
    account: { token, secretKey },
  };
}
