import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { BUN_SERVER } from "../support/bun-server.ts";

export const ROOT = path.resolve(import.meta.dir, "../..");
const START_MS = 120_000;

/** A server of its own for one page, with an empty database and a folder that looks like a clone. */
export interface PageServer {
  readonly url: string;
  /** Where the page's commands run: the repository, to read from; what they write stays here. */
  readonly folder: string;
  /** What it printed at its start. */
  readonly banner: string;
  /** Ends the process and leaves the folder. */
  end(): Promise<void>;
  stop(): Promise<void>;
}

export async function startServer(settings: Record<string, string> = {}, command = BUN_SERVER): Promise<PageServer> {
  const folder = mkdtempSync(path.join(tmpdir(), "plinth-docs-"));
  // What a page builds goes to the repository's own; it is seen only where it was there from the start.
  mkdirSync(path.join(ROOT, "dist"), { recursive: true });
  for (const name of readdirSync(ROOT)) {
    if (!name.startsWith(".")) symlinkSync(path.join(ROOT, name), path.join(folder, name));
  }
  const child = Bun.spawn([...command], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: "0",
      DATA_DIR: path.join(folder, ".data"),
      AUTH_RATE_LIMIT: "0",
      LOG_LEVEL: "warn",
      // Real hashes were a third of what the pages take; `npm start` and tests/hosts/passwords.test.ts have them.
      PASSWORD_HASHING: "test",
      ...settings,
    },
    stdout: "pipe",
    stderr: "inherit",
  });
  const end = async (): Promise<void> => {
    child.kill("SIGTERM");
    await child.exited;
  };
  const stop = async (): Promise<void> => {
    await end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await started(child.stdout)), folder, end, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the server prints when it is ready, and its address in it. */
async function started(stdout: ReadableStream<Uint8Array>): Promise<Pick<PageServer, "url" | "banner">> {
  const late = AbortSignal.timeout(START_MS);
  const decoder = new TextDecoder();
  let text = "";
  const reader = stdout.getReader();
  while (!late.aborted) {
    const { done, value } = await reader.read();
    text += decoder.decode(value, { stream: true });
    const address = /^\s*address\s+(http\S+)\s*$/m.exec(text)?.[1];
    if (address && text.includes("\n\n")) {
      // Nobody reads the rest; the pipe must not fill up.
      void drain(reader);
      return { url: address, banner: text };
    }
    if (done) break;
  }
  throw new Error(`the server did not start: ${text}`);
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  for (;;) if ((await reader.read()).done) return;
}

/** The first operator, a user with the same address, and what the pages' commands find in their environment. */
export async function setUp(url: string): Promise<Record<string, string>> {
  const account = { name: "Ada", email: "ada@example.com", password: "correct horse battery" };
  const { token } = (await post(`${url}/api/operator/auth/sign-up/email`, account)) as { token: string };
  await post(`${url}/api/auth/sign-up/email`, account);
  const key = async (kind: string): Promise<string> => {
    const made = await post(`${url}/api/keys`, { name: kind, kind }, token);
    return (made as { data: { key: string } }).data.key;
  };
  return { PLINTH_TOKEN: token, PLINTH_KEY: await key("secret"), PLINTH_PUBLIC_KEY: await key("publishable") };
}

async function post(url: string, body: object, token?: string): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} gave ${response.status} ${await response.text()}`);
  return response.json();
}
