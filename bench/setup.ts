/** Starts Plinth, fills it with what the cases need, and gives the bare program a copy of the same file. */

import { Database } from "bun:sqlite";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { launch, type Running } from "./process.ts";

export const ITEMS = 10_000;
const BATCH = 1000;
const ROOT = join(import.meta.dir, "..");

export interface World {
  url: string;
  /** Physical tables: under the owner rule, and under a rule about a field. */
  table: string;
  listTable: string;
  ids: string[];
  secretKey: string;
  userToken: string;
  userId: string;
}

export function startPlinth(
  dataDir: string,
  port: number,
  core: number,
  env: Record<string, string> = {},
): Promise<Running> {
  const settings = {
    PORT: String(port),
    HOST: "127.0.0.1",
    DATA_DIR: dataDir,
    AUTH_RATE_LIMIT: "0",
    LOG_LEVEL: "warn",
    ...env,
  };
  const command = [process.execPath, join(ROOT, "apps/server/src/entries/bun.ts")];
  return launch({ command, env: settings, port, core, probe: "/health" });
}

export function startBare(path: string, port: number, core: number, world: World): Promise<Running> {
  const args = [path, String(port), world.table, world.userId, world.listTable];
  const command = [process.execPath, join(ROOT, "bench/bare.ts"), ...args];
  return launch({ command, port, core, probe: "/list" });
}

/** An operator, a secret key, a user who owns half of the items, and a collection under the owner's rule. */
export async function fill(url: string): Promise<World> {
  const operator = await signUp(url, "operator@example.com");
  const key = await call(
    url,
    "/api/keys",
    { name: "bench", kind: "secret" },
    { authorization: `Bearer ${operator.token}` },
  );
  const secretKey = key.data.key as string;
  const user = await signUp(url, "user@example.com");
  const asKey = { "x-api-key": secretKey };
  const fields = [
    { name: "title", type: "text", required: true },
    { name: "body", type: "longtext" },
    { name: "rank", type: "integer", indexed: true },
  ];
  await call(url, "/api/collections", { slug: "posts", fields, owner_scoped: true }, asKey);
  await call(
    url,
    "/api/collections",
    { slug: "articles", fields: [...fields, { name: "published", type: "boolean" }] },
    asKey,
  );
  const rule = { role: "authenticated", collection: "articles", action: "read", condition: { published: true } };
  await call(url, "/api/permissions", rule, asKey);
  const ids: string[] = [];
  for (let from = 0; from < ITEMS; from += BATCH) {
    const items = Array.from({ length: BATCH }, (_, i) => ({
      title: `Item ${from + i}`,
      body: "Lorem ipsum dolor sit amet, consectetur adipiscing elit. ".repeat(4),
      rank: from + i,
      owner_id: (from + i) % 2 === 0 ? user.id : null,
    }));
    await call(
      url,
      "/api/items/articles",
      items.map((item) => ({ ...item, published: item.rank % 2 === 0 })),
      asKey,
    );
    const made = await call(url, "/api/items/posts", items, asKey);
    ids.push(...(made.data as { id: string }[]).map((row) => row.id));
  }
  return {
    url,
    table: "c_000000000001_posts",
    listTable: "c_000000000001_articles",
    ids,
    secretKey,
    userToken: user.token,
    userId: user.id,
  };
}

async function signUp(url: string, email: string): Promise<{ id: string; token: string }> {
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: email, email, password: "correct horse battery" }),
  });
  if (!response.ok) throw new Error(`sign-up: ${response.status} ${await response.text()}`);
  const { user } = (await response.json()) as { user: { id: string } };
  return { id: user.id, token: response.headers.get("set-auth-token")! };
}

// biome-ignore lint/suspicious/noExplicitAny: answers are only taken apart here
async function call(url: string, path: string, body: unknown, headers: Record<string, string>): Promise<any> {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** The bare program writes to a file of its own, equal in layout and content, but keeps no log. */
export function copyDatabase(from: string, to: string): void {
  const database = new Database(from);
  database.run("pragma wal_checkpoint(truncate)");
  database.close();
  copyFileSync(from, to);
  const copy = new Database(to);
  const triggers = copy.query<{ name: string }, []>("select name from sqlite_schema where type = 'trigger'").all();
  for (const { name } of triggers) copy.run(`drop trigger "${name}"`);
  copy.close();
}
