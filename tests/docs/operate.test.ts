import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import path from "node:path";
import { postgresSystem } from "../../packages/db/src/dialects/postgres/system.ts";
import { MIGRATIONS } from "../../packages/db/src/system/migrations/index.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { type Example, examplesOf } from "./page.ts";
import { runPage } from "./run-page.ts";
import { type PageServer, ROOT, setUp, startServer } from "./server.ts";

const EXAMPLES = examplesOf(readFileSync(path.join(ROOT, "docs/operate.md"), "utf8"));
const WRITERS = 4;

/** The page's example that contains the text, to be run although it is not run with the others. */
function example(text: string): Example {
  const { line, code } = EXAMPLES.find((one) => one.code.includes(text))!;
  // The tests start the servers themselves.
  return { line, code: code.replace(/^npm start$/m, "") };
}

const skipWithout = (...programs: string[]) => {
  const missing = programs.filter((program) => !Bun.which(program));
  return { skip: missing.length > 0, why: missing.length > 0 ? ` — there is no ${missing.join(" and no ")} here` : "" };
};

/** Calls of a secret key; a refusal throws. */
function caller(url: string, key: string) {
  return async (address: string, body?: object) => {
    const headers = { "x-api-key": key, "content-type": "application/json" };
    const init = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
    const response = await fetch(url + address, init);
    if (!response.ok) throw new Error(`${address} gave ${response.status} ${await response.text()}`);
    return (await response.json()) as { data: { n: number }[]; next?: string; total?: number };
  };
}

test("the indexes that can be built before an update are those of the updates", () => {
  const { code } = example("create index concurrently");
  const before = [...code.matchAll(/"(create index .*)"$/gm)].map(([, sql]) => sql!.replace("concurrently ", ""));
  const updates = MIGRATIONS.flatMap(({ statements }) => statements(postgresSystem)).filter((sql) =>
    sql.startsWith("create index if not exists"),
  );
  expect(before).toEqual(updates);
});

interface Backup {
  readonly key: string;
  /** The numbers of the items whose writes were answered before the backup began. */
  readonly before: readonly number[];
}

/** A server with a collection, and programs that go on writing while `work` makes a backup. */
async function backUp(server: PageServer, work: () => Promise<void>): Promise<Backup> {
  const { PLINTH_KEY: key } = await setUp(server.url);
  const call = caller(server.url, key!);
  const fields = [
    { name: "n", type: "integer", unique: true },
    { name: "title", type: "text", indexed: true },
  ];
  await call("/api/collections", { slug: "notes", fields });
  let next = 0;
  const written: number[] = [];
  let writing = true;
  const write = async (): Promise<void> => {
    while (writing) {
      const n = next++;
      await call("/api/items/notes", { n, title: `Ünïcode ${n + 1}` });
      written.push(n);
    }
  };
  const writers = Array.from({ length: WRITERS }, write);
  while (written.length < 200) await Bun.sleep(5);
  const before = [...written];
  await work();
  writing = false;
  await Promise.all(writers);
  return { key: key!, before };
}

async function endOfLog(call: ReturnType<typeof caller>): Promise<string> {
  for (let after = ""; ; ) {
    const { data, next } = await call(`/api/changes?limit=1000${after && `&after=${encodeURIComponent(after)}`}`);
    after = next!;
    if (data.length === 0) return after;
  }
}

/** The key still works, all items from before the backup are there and found, and new ones are written and logged. */
async function checkRestored(server: PageServer, { key, before }: Backup): Promise<void> {
  const call = caller(server.url, key);
  const numbers = new Set<number>();
  for (let offset = 0; ; offset += 1000) {
    const { data } = await call(`/api/items/notes?limit=1000&offset=${offset}&sort=n`);
    for (const { n } of data) numbers.add(n);
    if (data.length < 1000) break;
  }
  expect(before.filter((n) => !numbers.has(n))).toEqual([]);
  const filter = encodeURIComponent(JSON.stringify({ title: { _unaccent_eq: "unicode 7" } }));
  expect((await call(`/api/items/notes?filter=${filter}`)).data).toHaveLength(1);
  const end = await endOfLog(call);
  await call("/api/items/notes", { n: -1, title: "after the restore" });
  const { data: changes } = await call(`/api/changes?after=${encodeURIComponent(end)}`);
  expect(changes).toHaveLength(1);
}

const sqlite = skipWithout("bash", "sqlite3");
test.skipIf(sqlite.skip)(`SQLite: a backup of a server that is writing, and its restore${sqlite.why}`, async () => {
  for (const copy of ["plinth.db", "small.db"]) {
    const server = await startServer();
    let kept: Backup;
    try {
      const backups = EXAMPLES.filter(({ skip }) => !skip);
      kept = await backUp(server, async () => expect(await runPage(backups, server, {})).toEqual([]));
      await server.end();
      const use = { line: 0, code: copy === "plinth.db" ? ":" : `mv backup/${copy} backup/plinth.db` };
      expect(await runPage([use, example("mv .data .data-before")], server, {})).toEqual([]);
      const restored = await startServer({ DATA_DIR: path.join(server.folder, ".data") });
      try {
        await checkRestored(restored, kept);
      } finally {
        await restored.stop();
      }
    } finally {
      await server.stop();
    }
  }
});

const postgres = skipWithout("bash", "pg_dump", "pg_restore", "createdb");
describe.skipIf(postgres.skip)(`Postgres${postgres.why}`, () => {
  let running: TestPostgres | undefined;
  /** A new one numbers its transactions from the beginning, so the log's are in its future. */
  let another: TestPostgres | undefined;
  beforeAll(async () => {
    [running, another] = await Promise.all([startPostgres(), startPostgres()]);
  });
  afterAll(() => Promise.all([running?.stop(), another?.stop()]));

  test("a dump of a server that is writing, and its restore into another Postgres", async () => {
    if (!running || !another) return;
    const settings = { PLINTH_SECRET: "a secret of at least 32 characters" };
    const url = await running.createDatabase("plinth_backup");
    const server = await startServer({ ...settings, DATABASE_URL: url });
    try {
      const restoredUrl = another.url("plinth_restored");
      const env = { DATABASE_URL: url, RESTORED_URL: restoredUrl, ADMIN_URL: another.url("postgres") };
      const kept = await backUp(server, async () =>
        expect(await runPage([example("pg_dump ")], server, env)).toEqual([]),
      );
      // A Postgres that outlives the tests has the database of the last run.
      const fresh = { line: 0, code: 'dropdb --if-exists --force --maintenance-db="$ADMIN_URL" plinth_restored' };
      expect(await runPage([fresh, example("pg_restore ")], server, env)).toEqual([]);
      const restored = await startServer({ ...settings, DATABASE_URL: restoredUrl });
      try {
        await checkRestored(restored, kept);
      } finally {
        await restored.stop();
      }
    } finally {
      await server.stop();
    }
  });
});
