/** The server by hand; its rows are put into its file. */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { sign } from "hono/jwt";
import { launch } from "../process.ts";
import { articles, authors, books, NEW_ITEM, posts, SAMPLE, USERS, type User } from "../rows.ts";
import { get, type Peer, post, rowsOfData } from "./peer.ts";

const JWT_SECRET = crypto.randomUUID() + crypto.randomUUID();
const fileIn = (folder: string): string => join(folder, "hono.db");

export const honoDrizzle: Peer = {
  name: "Hono + Drizzle",
  durability: { default: "normal", full: "full" },
  prepare: async () => undefined,
  start({ folder, port, core, durability }, first = get("/health")) {
    const synchronous = durability === "full" ? "full" : "normal";
    const args = [fileIn(folder), String(port), JWT_SECRET, synchronous];
    const command = [process.execPath, join(import.meta.dir, "hono-drizzle-server.ts"), ...args];
    return launch({ command, port, core, probe: first.paths[0]!, headers: first.headers });
  },
  async fill(_, { folder }) {
    const apiKey = crypto.randomUUID() + crypto.randomUUID();
    const ids = insertAll(new Database(fileIn(folder)), apiKey);
    const token = async (user: User) => {
      const exp = Math.floor(Date.now() / 1000) + 86_400;
      return { authorization: `Bearer ${await sign({ sub: user, exp }, JWT_SECRET, "HS256")}` };
    };
    const [half, few] = await Promise.all(USERS.map(token));
    const key = { "x-api-key": apiKey };
    const paths = SAMPLE.map((i) => `/api/posts/${ids[i]}`);
    return {
      requests: {
        get: get(paths, key),
        "get-own": get(paths, half),
        list: get("/api/articles?rank_gte=100&limit=20", half),
        "list-few": get("/api/posts?limit=20", few),
        "list-half": get("/api/posts?limit=20", half),
        "list-with-one": get("/api/books?limit=20", half),
        insert: post("/api/posts", NEW_ITEM, key),
      },
      rowsOf: rowsOfData,
    };
  },
};

/** The ids of the posts. */
function insertAll(database: Database, apiKey: string): string[] {
  const hash = new Bun.CryptoHasher("sha256").update(apiKey).digest("hex");
  database.query("insert into api_keys (hash, name) values (?, 'bench')").run(hash);
  const now = new Date().toISOString();
  const insert = (table: string, row: Record<string, string | number | null>): string => {
    const id = Bun.randomUUIDv7();
    const columns = ["id", ...Object.keys(row)];
    const marks = columns.map(() => "?").join(", ");
    database.query(`insert into ${table} (${columns.join(", ")}) values (${marks})`).run(id, ...Object.values(row));
    return id;
  };
  const times = { created_at: now, updated_at: now };
  const ids = database.transaction(() => {
    for (const { published, ...row } of articles())
      insert("articles", { ...row, published: published ? 1 : 0, ...times });
    const authorIds = authors().map((row) => insert("authors", row));
    for (const { author, ...row } of books()) insert("books", { ...row, author_id: authorIds[author]!, ...times });
    return posts().map(({ owner, ...row }) => insert("posts", { ...row, owner_id: owner ?? null, ...times }));
  })();
  database.close();
  return ids;
}
