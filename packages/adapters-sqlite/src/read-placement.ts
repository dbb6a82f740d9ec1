/**
 * Where a statement runs: on the main thread, which costs no messages but makes all others wait, or in a thread. Reads
 * by key always run on the main thread. So do reads of Plinth's own tables while they are small, and statements that were
 * fast in a thread, and each of their runs is measured; one that is slow goes back to the threads, and has to be fast more
 * often each time. Items may be few and large, so that reads of them begin in a thread.
 */
import type { SqlRow } from "@plinth/core";
import { readOnce } from "./sqlite-reader.ts";
import type { Prepare } from "./sqlite-statement.ts";

/** Rows that a plan of unknown cost may combine and still be tried on the main thread. */
const SMALL = 1000;
const FAST_MS = 2;
const SLOW_MS = 5;
/** A single run of this length is enough. */
const MUCH_TOO_SLOW_MS = 25;
const STRIKES = 2;
/** A read of this length must leave threads to others. */
export const LONG_MS = 1000;
const FIRST_RUNS = 2;
const MOST_RUNS = 1024;
/** After so many fast runs on the main thread, slow ones before were the machine's: other work had the core. */
const SETTLED_RUNS = 256;

export class Placement {
  #fast = 0;
  #fastHere = 0;
  #needed = FIRST_RUNS;
  #strikes = 0;
  /** It took long the last time. */
  long = false;

  constructor(
    readonly byKey: boolean,
    public here: boolean,
  ) {}

  ranHere(ms: number): void {
    if (ms <= SLOW_MS) {
      this.#strikes = 0;
      if (++this.#fastHere === SETTLED_RUNS) this.#needed = FIRST_RUNS;
      return;
    }
    this.#strikes++;
    if (ms < MUCH_TOO_SLOW_MS && this.#strikes < STRIKES) return;
    this.here = false;
    this.#strikes = 0;
    this.#fast = 0;
    this.#fastHere = 0;
    this.#needed = Math.min(this.#needed * 2, MOST_RUNS);
  }

  ranInThread(ms: number): void {
    this.long = ms > LONG_MS;
    // One slow run takes back one fast run, as it may be the machine's too.
    this.#fast = Math.max(0, this.#fast + (ms <= FAST_MS ? 1 : -1));
    if (this.#fast >= this.#needed) this.here = true;
  }
}

export function placementOf(prepare: Prepare, sql: string): Placement {
  const explain = (kind: string) => readOnce(prepare, `${kind} ${sql}`);
  if (!/^\s*(?:select|with)\b/i.test(sql) || isByKey(prepare, explain("explain query plan"))) {
    return new Placement(true, true);
  }
  return new Placement(false, rowsCombined(prepare, explain("explain")) <= SMALL);
}

/** Steps of a plan that read nothing themselves. */
const NO_READ =
  /^(?:SCAN CONSTANT ROW|(?:CORRELATED )?SCALAR SUBQUERY \d+|LEFT-MOST SUBQUERY|COMPOUND QUERY|UNION ALL)$/;
const BY_ROWID = /^SEARCH .+ USING INTEGER PRIMARY KEY \(rowid=\?\)/;
const BY_INDEX = /^SEARCH .+ USING (?:COVERING )?INDEX (\S+) \(([^()]*)\)/;

/** Each step finds at most one row. */
export function isByKey(prepare: Prepare, plan: readonly SqlRow[]): boolean {
  return plan.every(({ detail }) => {
    const step = String(detail);
    if (NO_READ.test(step) || BY_ROWID.test(step)) return true;
    const [, index, terms] = BY_INDEX.exec(step) ?? [];
    if (index === undefined || /[<>]/.test(terms!)) return false;
    return keyColumns(prepare, index) === terms!.split(" AND ").length;
  });
}

/** The number of columns of a unique index; 0 where it is not unique. */
function keyColumns(prepare: Prepare, index: string): number {
  const sql = `select (select count(*) from pragma_index_info(s.name)) as n
    from sqlite_schema s join pragma_index_list(s.tbl_name) l on l.name = s.name
    where s.type = 'index' and s.name = ?1 and l."unique" = 1 and l.partial = 0`;
  return Number(readOnce(prepare, sql, [index])[0]?.n ?? 0);
}

/** Their rows are short. */
const OWN_TABLE = /^(?:plinth|sqlite)_/;

/**
 * How many combinations of rows of Plinth's own tables the plan reads at most; of others, any number. A table's highest row
 * number stands for its rows.
 */
function rowsCombined(prepare: Prepare, program: readonly SqlRow[]): number {
  const sql = "select rootpage, type, tbl_name from sqlite_schema where rootpage > 0";
  const pages = new Map(readOnce(prepare, sql).map((row) => [row.rootpage, row]));
  const tables = new Map<string, { table: number; index: number }>();
  for (const { opcode, p2 } of program) {
    const { type, tbl_name: name } = (opcode === "OpenRead" && pages.get(p2!)) || {};
    if (name === undefined) continue;
    const opened = tables.get(String(name)) ?? { table: 0, index: 0 };
    opened[type as "table" | "index"]++;
    tables.set(String(name), opened);
  }
  let product = 1;
  // An index is usually opened beside its table, and alone where it has all columns.
  for (const [name, { table, index }] of tables) {
    if (!OWN_TABLE.test(name)) return Number.POSITIVE_INFINITY;
    product *= highestRow(prepare, name) ** Math.max(table, index);
  }
  return product;
}

function highestRow(prepare: Prepare, table: string): number {
  try {
    const sql = `select max(rowid) as n from "${table.replaceAll('"', '""')}"`;
    return Math.max(1, Number(readOnce(prepare, sql)[0]?.n ?? 0));
  } catch {
    // A table without row numbers.
    return Number.POSITIVE_INFINITY;
  }
}
