/** bknd from npm, on Bun with its SQLite connection. */
import { join } from "node:path";
import { launch } from "../process.ts";
import { articles, authors, batches, books, emailOf, NEW_ITEM, PASSWORD, posts, SAMPLE, USERS } from "../rows.ts";
import { fromNpm } from "./install.ts";
import { get, type Peer, post, send } from "./peer.ts";

const VERSION = "0.20.0";
const JWT_SECRET = crypto.randomUUID() + crypto.randomUUID();
const ADMIN = emailOf("admin");
const BATCH = 500;
let folderOfPackage = "";

interface Row {
  title: unknown;
  rank: unknown;
  authors?: { name: unknown };
}

export const bknd: Peer = {
  name: `bknd ${VERSION}`,
  // It opens the file with SQLite's own defaults.
  durability: { default: "full, no WAL", full: "full, no WAL" },
  async prepare() {
    const installed = await fromNpm("bknd", VERSION);
    if ("missing" in installed) return installed.missing;
    folderOfPackage = installed.path;
    return undefined;
  },
  start({ folder, port, core }, first = get("/api/auth/strategies")) {
    const program = join(import.meta.dir, "bknd-server.mjs");
    const args = [folderOfPackage, join(folder, "bknd.db"), String(port), JWT_SECRET, PASSWORD, ADMIN];
    const command = [process.execPath, program, ...args, ...USERS.map(emailOf)];
    const env = { NODE_ENV: "production" };
    return launch({ command, cwd: folderOfPackage, env, port, core, probe: first.paths[0]!, headers: first.headers });
  },
  async fill({ url }) {
    const signIn = async (email: string) => {
      const path = "/api/auth/password/login";
      const answer = await send<{ user: { id: number }; token: string }>(url, path, { email, password: PASSWORD });
      return { id: answer.user.id, headers: { authorization: `Bearer ${answer.token}` } };
    };
    const admin = (await signIn(ADMIN)).headers;
    const [half, few] = [await signIn(emailOf("half")), await signIn(emailOf("few"))];
    const owners = { half: half.id, few: few.id };
    const entity = (name: string): string => `/api/data/entity/${name}`;
    const insert = async (name: string, rows: object[]): Promise<number[]> => {
      const ids: number[] = [];
      for (const batch of batches(rows, BATCH)) {
        const { data } = await send<{ data: { id: number }[] }>(url, entity(name), batch, admin);
        ids.push(...data.map(({ id }) => id));
      }
      return ids;
    };
    const owned = posts().map(({ owner, ...row }) => ({ ...row, ...(owner ? { users_id: owners[owner] } : {}) }));
    const ids = await insert("posts", owned);
    await insert("articles", articles());
    const authorIds = await insert("authors", authors());
    await insert(
      "books",
      books().map(({ author, ...row }) => ({ ...row, authors_id: authorIds[author] })),
    );
    const paths = SAMPLE.map((i) => `${entity("posts")}/${ids[i]}`);
    const where = encodeURIComponent(JSON.stringify({ rank: { $gte: 100 } }));
    return {
      requests: {
        get: get(paths, admin),
        "get-own": get(paths, half.headers),
        list: get(`${entity("articles")}?where=${where}&sort=rank&limit=20`, half.headers),
        "list-few": get(`${entity("posts")}?sort=rank&limit=20`, few.headers),
        "list-half": get(`${entity("posts")}?sort=rank&limit=20`, half.headers),
        "list-with-one": get(`${entity("books")}?with=authors&sort=rank&limit=20`, half.headers),
        insert: post(entity("posts"), NEW_ITEM, admin),
      },
      rowsOf(answer) {
        const { data } = JSON.parse(answer) as { data: Row | Row[] };
        return [data].flat().map((row) => ({ title: row.title, rank: row.rank, author: row.authors?.name }));
      },
    };
  },
};
