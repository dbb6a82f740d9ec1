/** What a process does that runs one statement of the console. It can be killed, which is the only way to stop SQLite. */
import { writeSync } from "node:fs";
import process from "node:process";
import type { ConsoleRows, ConsoleStatement, SqlRow, SqlValue } from "@plinth/core";
import { narrowIntegers } from "./sqlite-integers.ts";

/** What the process is sent, as JSON. */
export interface StatementOrder extends ConsoleStatement {
  readonly path: string;
}

/** What it answers: first that it is ready, a write also that it commits, then one of these, each a line. */
export type StatementAnswer = ConsoleRows | { readonly failure: string };

export const READY = "ready";
/** Whoever ends the process after this line does not know whether the write happened; before it, it did not. */
export const COMMITTING = "committing";

interface StatementConnection {
  exec(sql: string): void;
  prepare(sql: string): { readonly columns: readonly string[]; iterate(params: readonly SqlValue[]): Iterable<SqlRow> };
}

/** It outlives a server that was killed by this much. */
const GRACE_MS = 1000;
/** A sort or a text that is put together may take no more. */
const HEAP_BYTES = 256 * 1024 * 1024;

export async function serveStatement(open: (path: string, writes: boolean) => StatementConnection): Promise<void> {
  const order = JSON.parse(await input()) as StatementOrder;
  endAfter(order.timeLimitMs + GRACE_MS);
  let answer: StatementAnswer;
  try {
    const connection = open(order.path, order.writes && !order.explain);
    prepareFor(connection, order);
    say(READY);
    answer = run(connection, order);
  } catch (error) {
    answer = { failure: error instanceof Error ? error.message : String(error) };
  }
  const text = JSON.stringify(answer, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  await new Promise<void>((resolve) => process.stdout.write(`${text}\n`, () => resolve()));
  process.exit(0);
}

/** It has arrived before the next line of this program runs: what follows blocks, or cannot be taken back. */
function say(line: string): void {
  writeSync(process.stdout.fd, `${line}\n`);
}

async function input(): Promise<string> {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const piece of process.stdin) text += piece;
  return text;
}

/** In a thread: the statement blocks this one. */
function endAfter(ms: number): void {
  const program = `setTimeout(() => process.kill(process.pid, "SIGKILL"), ${ms})`;
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  new Worker(program, { eval: true }).unref();
}

function prepareFor({ exec }: StatementConnection, { writes, explain }: StatementOrder): void {
  exec("pragma busy_timeout = 5000");
  exec(`pragma hard_heap_limit = ${HEAP_BYTES}`);
  exec("pragma foreign_keys = on");
  exec("pragma trusted_schema = off");
  if (!writes || explain) exec("pragma query_only = on");
}

function run(connection: StatementConnection, order: StatementOrder): ConsoleRows {
  if (!order.writes || order.explain) return read(connection, order);
  connection.exec("begin immediate");
  const rows = read(connection, order);
  const [counted] = [...connection.prepare("select changes() as n").iterate([])];
  const { record } = order;
  if (record) for (const _ of connection.prepare(record.sql).iterate(record.params)) break;
  say(COMMITTING);
  connection.exec("commit");
  return { ...rows, changes: Number(counted?.n ?? 0) };
}

function read(connection: StatementConnection, { sql, params, maxRows, maxBytes }: StatementOrder): ConsoleRows {
  const statement = connection.prepare(sql);
  const columns = [...new Set(statement.columns)];
  const rows: SqlValue[][] = [];
  let bytes = 0;
  let truncated = false;
  for (const row of statement.iterate(params)) {
    const values = columns.map((column) => row[column]!);
    // Before anything is written as text: of bytes that is many times as large.
    bytes += values.reduce<number>((sum, value) => sum + bytesAsText(value), 0);
    truncated = rows.length === maxRows || bytes > maxBytes;
    if (truncated) break;
    rows.push(values.map(shown));
  }
  return { columns, rows, truncated, changes: 0 };
}

function bytesAsText(value: SqlValue): number {
  if (typeof value === "string") return value.length;
  return value instanceof Uint8Array ? 2 * value.length : 8;
}

/** As JSON can have it. */
function shown(value: SqlValue): SqlValue {
  if (value instanceof Uint8Array) return `\\x${[...value].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  if (typeof value !== "bigint") return value;
  return narrowIntegers([{ value }])[0]!.value!;
}
