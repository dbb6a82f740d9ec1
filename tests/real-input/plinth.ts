import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json, JsonObject } from "@plinth/core";
import { startHost } from "../matrix/host-process.ts";
import { BUN_SERVER } from "../support/bun-server.ts";

export const ROOT = join(import.meta.dir, "../..");
const DATA = join(import.meta.dir, "../node_modules/vega-datasets/data");
export const MOVIES = join(DATA, "movies.json");
export const AIRPORTS = join(DATA, "airports.csv");

export interface CliRun {
  code: number;
  out: string;
  err: string;
  /** What `--json` printed. */
  report: ImportReport;
}

export interface ImportReport {
  total: number;
  inserted: number;
  failed: number;
  errors: { row: number; error: { code: string; message: string; field?: string } }[];
  dry_run: boolean;
}

interface Page {
  data: JsonObject[];
  has_more: boolean;
  next_cursor?: string | null;
  meta?: { filter_count?: number; total_count?: number };
}

/** The real server in a process of its own, and its command line as the documentation gives it. */
export async function startPlinth() {
  const folder = mkdtempSync(join(tmpdir(), "plinth-real-input-"));
  const host = await startHost({
    command: BUN_SERVER,
    env: { DATA_DIR: join(folder, "data"), LOG_LEVEL: "warn" },
    cwd: folder,
  });
  const call = async (
    path: string,
    headers: Record<string, string>,
    body?: Json,
    method = "POST",
  ): Promise<JsonObject> => {
    const response = await fetch(new URL(path, host.baseUrl), {
      method: body === undefined ? "GET" : method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} gave ${response.status} ${text.slice(0, 500)}`);
    return JSON.parse(text) as JsonObject;
  };
  const person = { name: "Op", email: "op@real-input.test", password: "correct horse battery" };
  const setup = { "x-plinth-setup-token": await host.setupToken() };
  const { token } = await call("/api/auth/sign-up/email", setup, person);
  const made = await call("/api/keys", { authorization: `Bearer ${String(token)}` }, { name: "cli", kind: "secret" });
  const { key } = made.data as { key: string };

  return {
    folder,
    get: (path: string) => call(path, { "x-api-key": key }),
    send: (path: string, body: Json, method?: string) => call(path, { "x-api-key": key }, body, method),
    async list(slug: string, query: Record<string, Json>): Promise<Page> {
      const params = Object.entries(query).map(([name, value]) => [name, text(value)] as [string, string]);
      const path = `/api/items/${slug}?${new URLSearchParams(params)}`;
      return (await call(path, { "x-api-key": key })) as unknown as Page;
    },
    plinth: (...args: string[]) => runCli(args, { PLINTH_URL: host.baseUrl, PLINTH_KEY: key }, folder),
    async stop() {
      await host.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Plinth = Awaited<ReturnType<typeof startPlinth>>;

const text = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

async function runCli(args: string[], env: Record<string, string>, cwd: string): Promise<CliRun> {
  const child = spawn(process.execPath, [join(ROOT, "packages/cli/src/main.ts"), ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const collect = async (stream: AsyncIterable<Uint8Array>): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks).toString("utf8");
  };
  const code = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve(status ?? -1));
  });
  const [out, err] = await Promise.all([collect(child.stdout), collect(child.stderr)]);
  const report =
    args.includes("--json") && out.startsWith("{") ? (JSON.parse(out) as { data: ImportReport }).data : NO_REPORT;
  return { code: await code, out, err, report };
}

const NO_REPORT: ImportReport = { total: -1, inserted: -1, failed: -1, errors: [], dry_run: false };
