/** The plain program, over a copy of the file that Plinth made. */
import { Database } from "bun:sqlite";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { launch } from "../process.ts";
import { emailOf, NEW_ITEM, SAMPLE } from "../rows.ts";
import { get, type Peer, post, rowsOfData } from "./peer.ts";

/** `plinthFolder` holds the file that Plinth has filled. */
export const bare = (plinthFolder: string): Peer => ({
  name: "plain",
  durability: { default: "full", full: "full" },
  prepare: async () => undefined,
  start({ folder, port, core }, first = get("/health")) {
    const path = join(folder, "bare.db");
    if (!existsSync(path)) copyDatabase(join(plinthFolder, "plinth.db"), path);
    const command = [process.execPath, join(import.meta.dir, "bare-server.ts"), path, String(port)];
    return launch({ command, port, core, probe: first.paths[0]! });
  },
  async fill(_, { folder }) {
    const database = new Database(join(folder, "bare.db"), { readonly: true });
    const ownerOf = (user: string) =>
      database.query<{ id: string }, [string]>("select id from plinth_users where email = ?").get(emailOf(user))!.id;
    const [half, few] = [ownerOf("half"), ownerOf("few")];
    const ids = database.query<{ id: string }, []>("select id from c_000000000001_posts order by rank").all();
    database.close();
    const insert = post("/insert", NEW_ITEM);
    return {
      requests: {
        get: get(SAMPLE.map((i) => `/id/${ids[i]!.id}`)),
        "get-own": get(SAMPLE.map((i) => `/owned/${half}/${ids[i]!.id}`)),
        list: get("/list"),
        "list-few": get(`/owned-list/${few}`),
        "list-half": get(`/owned-list/${half}`),
        "list-with-one": get("/books"),
        insert,
        "insert-alone": insert,
        export: get("/export"),
        fat: get("/fat"),
      },
      rowsOf: rowsOfData,
    };
  },
});

/** Equal in layout and content, but it keeps no log. */
function copyDatabase(from: string, to: string): void {
  const database = new Database(from);
  database.run("pragma wal_checkpoint(truncate)");
  database.close();
  copyFileSync(from, to);
  const copy = new Database(to);
  const triggers = copy.query<{ name: string }, []>("select name from sqlite_schema where type = 'trigger'").all();
  for (const { name } of triggers) copy.run(`drop trigger "${name}"`);
  copy.close();
}
