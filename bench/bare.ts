/**
 * The bare program: the same work on the same file layout with nothing around it. One prepared statement a case.
 * `bun bench/bare.ts DATABASE PORT TABLE OWNER LIST_TABLE`
 */
import { Database } from "bun:sqlite";

const [path, port, table, owner, listTable] = process.argv.slice(2) as [string, string, string, string, string];
const database = new Database(path);
for (const pragma of ["busy_timeout = 5000", "journal_mode = wal", "synchronous = full", "foreign_keys = on"]) {
  database.run(`pragma ${pragma}`);
}
const byId = database.prepare(`select * from "${table}" where id = ?1`);
const owned = database.prepare(`select * from "${table}" where id = ?1 and owner_id = ?2`);
const list = database.prepare(
  `select * from "${listTable}" where published = ?1 and rank >= ?2 order by rank, id limit ?3`,
);
const ownedList = database.prepare(`select * from "${table}" where owner_id = ?1 order by rank, id limit ?2`);
const insert = database.prepare(
  `insert into "${table}" (id, title, body, rank, created_at, updated_at, owner_id, version) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)`,
);

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  routes: {
    "/id/:id": (request) => Response.json({ data: byId.get(request.params.id) }),
    "/owned/:id": (request) => Response.json({ data: owned.get(request.params.id, owner) }),
    "/list": () => Response.json({ data: list.all(1, 100, 20) }),
    "/owned-list": () => Response.json({ data: ownedList.all(owner, 20) }),
    "/insert": {
      POST: async (request) => {
        const { title, body, rank } = (await request.json()) as { title: string; body: string; rank: number };
        const id = Bun.randomUUIDv7();
        const now = new Date().toISOString();
        insert.run(id, title, body, rank, now, now, null);
        const data = { id, title, body, rank, created_at: now, updated_at: now, owner_id: null, version: 1 };
        return Response.json({ data }, { status: 201 });
      },
    },
  },
});
