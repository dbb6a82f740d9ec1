/**
 * `bun bench/expand.ts`: a three-level expand of 50 × 20 × 5 items through the whole app, beside a bare program that
 * sends the same three statements by hand and puts the same JSON together. Both in this process, over the same data.
 */
import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bunSqlite } from "../packages/adapters-sqlite/src/bun.ts";
import { countingApp } from "../tests/expand/counting-app.ts";
import { FOLDERS, fillShelves, SHEETS, SHELVES, threeLevels } from "../tests/expand/shelves.ts";

const ROUNDS = 200;
const WARM_UP = 20;

const folder = mkdtempSync(join(tmpdir(), "plinth-expand-"));
const path = join(folder, "bench.db");
const app = await countingApp(bunSqlite({ path }));
await fillShelves(app.ask);
const database = new Database(path, { readonly: true });

interface Line {
  id: string;
  n: number;
  parent: string;
  [list: string]: unknown;
}

const table = (slug: string): string =>
  (
    database.query("select name from sqlite_master where type = 'table' and name like ?").get(`c_%_${slug}`) as {
      name: string;
    }
  ).name;
const shelves = database.query(`select id, n from "${table("shelves")}" order by n, id limit ${SHELVES}`);
const level = (slug: string, parent: string, limit: number) =>
  database.query(`select id, n, parent from (
    select id, n, "${parent}" parent, row_number() over (partition by "${parent}" order by n desc, id desc) k
    from "${table(slug)}" where "${parent}" in (select value from json_each(?1))) where k <= ${limit} order by parent, k`);
const folders = level("folders", "shelf", FOLDERS);
const sheets = level("sheets", "folder", SHEETS);

function bare(): string {
  const top = shelves.all() as Line[];
  attach(top, "folders", folders.all(ids(top)) as Line[]);
  const middle = top.flatMap((shelf) => shelf.folders as Line[]);
  attach(middle, "sheets", sheets.all(ids(middle)) as Line[]);
  return JSON.stringify({ data: top });
}

const ids = (rows: readonly Line[]): string => JSON.stringify(rows.map(({ id }) => id));

function attach(parents: readonly Line[], name: string, rows: readonly Line[]): void {
  const lists = new Map<string, unknown[]>();
  for (const row of parents) {
    const list: unknown[] = [];
    row[name] = list;
    lists.set(row.id, list);
  }
  for (const { id, n, parent } of rows) lists.get(parent)!.push({ id, n });
}

async function median(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + ROUNDS; i++) {
    const began = performance.now();
    await work();
    if (i >= WARM_UP) times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[ROUNDS / 2]!;
}

const url = threeLevels(SHELVES, FOLDERS, SHEETS);
const answer = (await app.ask(url)).data as unknown;
if (JSON.stringify(JSON.parse(bare()).data) !== JSON.stringify(answer))
  throw new Error("the bare program answers otherwise");

// One after the other, twice, so that neither has the warmer machine.
const runs = [
  [await median(() => app.ask(url)), await median(() => JSON.parse(bare()))],
  [await median(() => app.ask(url)), await median(() => JSON.parse(bare()))],
];
const [plinth, program] = [0, 1].map((i) => Math.min(...runs.map((run) => run[i]!))) as [number, number];
console.log(
  `expand ${SHELVES} × ${FOLDERS} × ${SHEETS}: Plinth ${plinth.toFixed(1)} ms, bare program ${program.toFixed(1)} ms, ` +
    `ratio ${(plinth / program).toFixed(2)} (median of ${ROUNDS}, JSON parsed on both sides)`,
);
await app.close();
database.close();
rmSync(folder, { recursive: true, force: true });
