/** Plinth, compiled as `npm start` runs it. */
import { join } from "node:path";
import { launch, type Running } from "../process.ts";
import {
  articles,
  authors,
  batches,
  books,
  emailOf,
  fatRows,
  lines,
  NEW_ITEM,
  PASSWORD,
  posts,
  SAMPLE,
} from "../rows.ts";
import { type Filled, get, type Peer, post, type Request, rowsOfData, send } from "./peer.ts";

const ROOT = join(import.meta.dir, "../..");
const BATCH = 1000;
let compiled: Promise<{ command: string[]; env: Record<string, string> }> | undefined;

export const plinth: Peer = {
  name: "Plinth",
  durability: { default: "full", full: "full" },
  async prepare() {
    compiled ??= compile();
    await compiled;
    return undefined;
  },
  start: ({ folder, port, core }, first) => startPlinth(folder, port, core, {}, first),
  async fill({ url }): Promise<Filled> {
    const world = await fillPlinth(url);
    await fillMore(url, world.secretKey);
    const key = { "x-api-key": world.secretKey };
    const [half, few] = [world.tokens.half, world.tokens.few].map((token) => ({ authorization: `Bearer ${token}` }));
    const paths = SAMPLE.map((i) => `/api/items/posts/${world.ids[i]}`);
    const filter = encodeURIComponent(JSON.stringify({ rank: { _gte: 100 } }));
    const insert = post("/api/items/posts", NEW_ITEM, key);
    return {
      requests: {
        get: get(paths, key),
        "get-own": get(paths, half),
        list: get(`/api/items/articles?filter=${filter}&sort=rank&limit=20`, half),
        "list-few": get("/api/items/posts?sort=rank&limit=20", few),
        "list-half": get("/api/items/posts?sort=rank&limit=20", half),
        "list-with-one": get("/api/items/books?sort=rank&limit=20&expand=author", half),
        insert,
        "insert-alone": insert,
        export: get("/api/items/lines/export?format=ndjson", key),
        fat: get("/api/items/fat?sort=rank&limit=20", key),
      },
      rowsOf: rowsOfData,
    };
  },
};

export async function startPlinth(
  dataDir: string,
  port: number,
  core: number | undefined,
  env: Record<string, string> = {},
  first?: Request,
): Promise<Running> {
  compiled ??= compile();
  const program = await compiled;
  const settings = {
    ...program.env,
    PORT: String(port),
    HOST: "127.0.0.1",
    DATA_DIR: dataDir,
    AUTH_RATE_LIMIT: "0",
    LOG_LEVEL: "warn",
    ...env,
  };
  const { paths, headers } = first ?? get("/health");
  return launch({ command: program.command, env: settings, port, core, probe: paths[0]!, headers });
}

/** The same executable that `npm start` makes and runs, and the variables that it sets. */
async function compile(): NonNullable<typeof compiled> {
  const module = (name: string) => JSON.stringify(join(ROOT, "scripts/bootstrap", name));
  const program = `import { compiledServer } from ${module("compile.mjs")};
    import { HEAP } from ${module("heap.mjs")};
    const command = await compiledServer(${JSON.stringify(ROOT)}, process.execPath);
    console.log(JSON.stringify({ command, env: HEAP }));`;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "inherit" });
  return JSON.parse((await new Response(child.stdout).text()).trim().split("\n").at(-1)!);
}

export interface World {
  url: string;
  secretKey: string;
  tokens: Record<"half" | "few", string>;
  /** Of the posts. */
  ids: string[];
}

interface Answer<T> {
  data: T;
}

/** An operator, a secret key, two users, and the collections with their rules. */
export async function fillPlinth(url: string): Promise<World> {
  const operator = await signUp(url, "operator");
  const asOperator = { authorization: `Bearer ${operator.token}` };
  const made = await send<Answer<{ key: string }>>(url, "/api/keys", { name: "bench", kind: "secret" }, asOperator);
  const key = { "x-api-key": made.data.key };
  const half = await signUp(url, "half");
  const few = await signUp(url, "few");
  const rank = { name: "rank", type: "integer", indexed: true };
  const title = { name: "title", type: "text", required: true };
  const body = { name: "body", type: "longtext" };
  const collection = (slug: string, fields: object[], more: object = {}) =>
    send(url, "/api/collections", { slug, fields, ...more }, key);
  await collection("posts", [title, body, rank], { owner_scoped: true });
  await collection("articles", [title, body, rank, { name: "published", type: "boolean" }]);
  await collection("authors", [{ name: "name", type: "text", required: true }]);
  await collection("books", [title, rank, { name: "author", type: "relation", to: "authors" }]);
  for (const [slug, condition] of Object.entries({ articles: { published: true }, authors: {}, books: {} })) {
    await send(url, "/api/permissions", { role: "authenticated", collection: slug, action: "read", condition }, key);
  }
  const insert = async (slug: string, rows: object[]): Promise<string[]> => {
    const ids: string[] = [];
    for (const batch of batches(rows, BATCH)) {
      const { data } = await send<Answer<{ id: string }[]>>(url, `/api/items/${slug}`, batch, key);
      ids.push(...data.map(({ id }) => id));
    }
    return ids;
  };
  const owners = { half: half.id, few: few.id };
  const owned = posts().map(({ owner, ...row }) => ({ ...row, owner_id: owner ? owners[owner] : null }));
  const ids = await insert("posts", owned);
  await insert("articles", articles());
  const authorIds = await insert("authors", authors());
  await insert(
    "books",
    books().map((row) => ({ ...row, author: authorIds[row.author] })),
  );
  return { url, secretKey: made.data.key, tokens: { half: half.token, few: few.token }, ids };
}

/** What the export and the answers of 2 MB read. */
async function fillMore(url: string, secretKey: string): Promise<void> {
  const headers = { "x-api-key": secretKey, "content-type": "application/x-ndjson" };
  const fields = [
    { name: "title", type: "text" },
    { name: "body", type: "longtext" },
    { name: "rank", type: "integer", indexed: true },
  ];
  for (const [slug, items] of Object.entries({ lines: lines(), fat: fatRows() })) {
    await send(url, "/api/collections", { slug, fields }, { "x-api-key": secretKey });
    const body = items.map((row) => JSON.stringify(row)).join("\n");
    const response = await fetch(`${url}/api/items/${slug}/import`, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`import of ${slug}: ${response.status} ${await response.text()}`);
    await response.text();
  }
}

async function signUp(url: string, name: string): Promise<{ id: string; token: string }> {
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, email: emailOf(name), password: PASSWORD }),
  });
  if (!response.ok) throw new Error(`sign-up: ${response.status} ${await response.text()}`);
  const { user } = (await response.json()) as { user: { id: string } };
  return { id: user.id, token: response.headers.get("set-auth-token")! };
}
