import { afterAll, beforeAll } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUN_SERVER } from "../../../tests/support/bun-server.ts";

export const OPERATOR = { name: "Op", email: "op@example.com", password: "correct horse battery staple" };

/** A real server in a separate process, with a secret key, and the command line. */
export interface TestServer {
  url: string;
  key: string;
  /** Of the operator's session. */
  token: string;
  folder: string;
  /** Runs the command line as a shell would. */
  plinth(...args: string[]): Promise<{ code: number; out: string; err: string }>;
  /** The same, with an input and without a key in the environment. */
  plinthWith(input: string, ...args: string[]): Promise<{ code: number; out: string; err: string }>;
  /** The data that a command prints with `--json`. */
  json(...args: string[]): Promise<never>;
  api(path: string, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

/** A server for the tests of one file, which is there while they run; its folder is where they write and run. */
export function serverForTests() {
  let running: TestServer;
  beforeAll(async () => {
    running = await startServer();
  });
  afterAll(() => running?.stop());
  const server: Omit<TestServer, "stop"> = {
    get url() {
      return running.url;
    },
    get key() {
      return running.key;
    },
    get token() {
      return running.token;
    },
    get folder() {
      return running.folder;
    },
    plinth: (...args) => running.plinth(...args),
    plinthWith: (input, ...args) => running.plinthWith(input, ...args),
    json: (...args) => running.json(...args),
    api: (path, init) => running.api(path, init),
  };
  return {
    server,
    write: (name: string, text: string | Uint8Array) => writeFile(join(running.folder, name), text),
    async items(slug: string, search = "") {
      const response = await running.api(`/api/items/${slug}?${search}`);
      return ((await response.json()) as { data: Record<string, unknown>[] }).data;
    },
  };
}

const ROOT = join(import.meta.dir, "../../..");

/** With an operator, who signs up, or in where `signIn` names one. */
export async function startServer(
  settings: Readonly<Record<string, string>> = {},
  signIn?: { readonly email: string },
): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-cli-"));
  const server = Bun.spawn([...BUN_SERVER], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PORT: "0",
      DATA_DIR: join(folder, "data"),
      LOG_LEVEL: "error",
      PASSWORD_HASHING: "test",
      ...settings,
    },
    stdout: "pipe",
    stderr: "inherit",
  });
  let url: string;
  let key: string;
  let token: string;
  try {
    url = await addressOf(server.stdout);
    ({ key, token } = await makeKey(url, signIn));
  } catch (error) {
    // A process that keeps running would block readers of the test's output.
    server.kill();
    throw error;
  }
  const plinth = async (input: string, env: Record<string, string>, args: readonly string[]) => {
    const child = Bun.spawn([process.execPath, join(ROOT, "packages/cli/src/main.ts"), ...args], {
      cwd: folder,
      // Whoever runs the tests may be signed in somewhere.
      env: { PATH: process.env.PATH, XDG_CONFIG_HOME: join(folder, "config"), PLINTH_URL: url, ...env },
      stdin: new TextEncoder().encode(input),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    return { code: await child.exited, out, err };
  };
  const withKey = (...args: string[]) => plinth("", { PLINTH_KEY: key }, args);
  return {
    url,
    key,
    token,
    folder,
    plinth: withKey,
    json: async (...args) => dataOf((await withKey(...args, "--json")).out) as never,
    plinthWith: (input, ...args) => plinth(input, {}, args),
    api: (path, init) => fetch(url + path, { ...init, headers: { "x-api-key": key, ...init?.headers } }),
    async stop() {
      server.kill();
      await server.exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the envelope of `--json` holds. */
export function dataOf(out: string): unknown {
  return (JSON.parse(out) as { data: unknown }).data;
}

async function addressOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    const found = /address\s+(http:\S+)/.exec(text);
    if (!found) continue;
    drain(reader).catch(() => {});
    return found[1]!;
  }
  throw new Error(`the server ended: ${text}`);
}

/** A server whose output nobody reads any more would end with its next line, such as that of a mail. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

async function makeKey(
  url: string,
  signIn: { readonly email: string } | undefined,
): Promise<{ key: string; token: string }> {
  const headers = { "content-type": "application/json" };
  const path = signIn ? "/api/operator/auth/sign-in/email" : "/api/auth/sign-up/email";
  const signUp = await fetch(url + path, {
    method: "POST",
    headers,
    body: JSON.stringify(signIn ? { ...signIn, password: OPERATOR.password } : OPERATOR),
  });
  if (!signUp.ok) throw new Error(`${path} answered ${signUp.status}: ${await signUp.text()}`);
  const { token } = (await signUp.json()) as { token: string };
  const made = await fetch(`${url}/api/keys`, {
    method: "POST",
    headers: { ...headers, authorization: `Bearer ${token}` },
    body: JSON.stringify({ name: "test", kind: "secret" }),
  });
  return { key: ((await made.json()) as { data: { key: string } }).data.key, token };
}
