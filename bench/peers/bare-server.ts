/**
 * The plain program: the same work on the same file layout with nothing around it. One prepared statement a case.
 * `bun bench/peers/bare-server.ts DATABASE PORT`
 */
import { Database } from "bun:sqlite";

const [path, port] = process.argv.slice(2) as [string, string];
const database = new Database(path);
for (const pragma of ["busy_timeout = 5000", "journal_mode = wal", "synchronous = full", "foreign_keys = on"]) {
  database.run(`pragma ${pragma}`);
}
const table = (slug: string): string => `c_000000000001_${slug}`;
const byId = database.prepare(`select * from ${table("posts")} where id = ?1`);
const owned = database.prepare(`select * from ${table("posts")} where id = ?1 and owner_id = ?2`);
const list = database.prepare(
  `select * from ${table("articles")} where published = ?1 and rank >= ?2 order by rank, id limit ?3`,
);
const ownedList = database.prepare(`select * from ${table("posts")} where owner_id = ?1 order by rank, id limit ?2`);
const books = database.prepare<Record<string, unknown>, [number]>(
  `select b.*, a.name author_name from ${table("books")} b left join ${table("authors")} a on a.id = b.author
   order by b.rank, b.id limit ?1`,
);
const fat = database.prepare(`select * from ${table("fat")} order by rank, id limit ?1`);
const lines = database.prepare<{ id: string }, [string, number]>(
  `select * from ${table("lines")} where id > ?1 order by id limit ?2`,
);
const insert = database.prepare(
  `insert into ${table("posts")} (id, title, body, rank, created_at, updated_at, owner_id, version) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)`,
);
const LINES_AT_ONCE = 1000;

function exportLines(): Response {
  let after = "";
  const body = new ReadableStream({
    pull(controller) {
      const rows = lines.all(after, LINES_AT_ONCE);
      if (rows.length === 0) return controller.close();
      after = rows.at(-1)!.id;
      controller.enqueue(new TextEncoder().encode(`${rows.map((row) => JSON.stringify(row)).join("\n")}\n`));
    },
  });
  return new Response(body, { headers: { "content-type": "application/x-ndjson" } });
}

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  routes: {
    "/health": () => Response.json({ status: "ok" }),
    "/id/:id": (request) => Response.json({ data: byId.get(request.params.id) }),
    "/owned/:owner/:id": ({ params: { id, owner } }) => Response.json({ data: owned.get(id, owner) }),
    "/list": () => Response.json({ data: list.all(1, 100, 20) }),
    "/owned-list/:owner": (request) => Response.json({ data: ownedList.all(request.params.owner, 20) }),
    "/books": () => {
      const data = books.all(20).map(({ author_name: name, ...book }) => ({
        ...book,
        author: { id: book.author, name },
      }));
      return Response.json({ data });
    },
    "/fat": () => Response.json({ data: fat.all(20) }),
    "/export": exportLines,
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
