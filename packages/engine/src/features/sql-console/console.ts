import {
  type ConsoleStatement,
  columnName,
  DataError,
  failureOf,
  isVirtual,
  PlinthError,
  type SqlValue,
} from "@plinth/core";
import { dialectOf, insertSecurityEvent, type SecurityEvent } from "@plinth/db";
import { actorOf } from "../../commit/mutate.ts";
import { amongOperators } from "../../identity/operators.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";

/** Statements of owners of the server, over the tables of all workspaces' collections. */

const MAX_SQL = 20_000;
const MAX_ROWS = 1000;
const MAX_BYTES = 1024 * 1024;
const DEFAULT_MS = 5000;
const MAX_MS = 30_000;
/** Of the statement in the security log. */
const MAX_LOGGED = 2000;

export const runSqlSchema = z.strictObject({
  sql: z.string().trim().min(1).max(MAX_SQL).describe("One statement"),
  params: z
    .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .max(100)
    .optional()
    .describe("The values of ?1, ?2 … in SQLite, and of $1, $2 … in Postgres"),
  mode: z.enum(["read", "write"]).optional().describe("`read` unless given: the database refuses to write"),
  explain: z.boolean().optional().describe("The plan instead of the rows; nothing is run"),
  limit: z.int().min(1).max(MAX_ROWS).optional().describe(`The most rows; ${MAX_ROWS} unless given`),
  timeout_ms: z
    .int()
    .min(10)
    .max(MAX_MS)
    .optional()
    .describe(`After this time the statement is stopped; ${DEFAULT_MS} unless given`),
});

export interface SqlRun {
  columns: readonly string[];
  rows: readonly (readonly unknown[])[];
  truncated: boolean;
  changes: number;
  ms: number;
}

export async function runSql(ctx: RequestContext, input: z.output<typeof runSqlSchema>): Promise<SqlRun> {
  const writes = input.mode === "write";
  requireConsole(ctx, writes);
  const { driver } = ctx;
  const record = (more: Pick<SecurityEvent, "outcome">, code?: string) => recordOfRun(ctx, input, more, code);
  const atomic = writes && input.explain !== true;
  const statement: ConsoleStatement = {
    sql: input.sql,
    params: input.params ?? [],
    writes,
    explain: input.explain ?? false,
    // What was changed by SQL is in the log, or it was not changed.
    record: atomic ? record({ outcome: "ok" }) : undefined,
    maxRows: input.limit ?? MAX_ROWS,
    maxBytes: MAX_BYTES,
    timeLimitMs: input.timeout_ms ?? DEFAULT_MS,
  };
  const began = performance.now();
  try {
    const { columns, rows, truncated, changes } = await dialectOf(driver).console(driver, statement);
    const ms = Math.round((performance.now() - began) * 10) / 10;
    if (!atomic) await driver.run(record({ outcome: "ok" }));
    return { columns, rows: rows.map((row) => row.map(shown)), truncated, changes, ms };
  } catch (error) {
    const known = error instanceof DataError ? failureOf(error) : error;
    await driver.run(record({ outcome: "failed" }, known instanceof PlinthError ? known.code : "INTERNAL"));
    throw error;
  }
}

function requireConsole({ engine }: RequestContext, writes: boolean): void {
  const { sqlConsole } = engine.config;
  if (sqlConsole === "off") throw new PlinthError("FORBIDDEN", "SQL_CONSOLE is off on this server.");
  if (!writes || sqlConsole === "write") return;
  const message = "SQL_CONSOLE is read on this server; with SQL_CONSOLE=write, owners may write by SQL.";
  throw new PlinthError("FORBIDDEN", message, { field: "mode" });
}

/** Values are no part of it, unless they are written into the statement. */
function recordOfRun(
  ctx: RequestContext,
  { sql, mode = "read", explain = false }: z.output<typeof runSqlSchema>,
  { outcome }: Pick<SecurityEvent, "outcome">,
  code: string | undefined,
) {
  const { driver, engine, client, principal } = amongOperators(ctx);
  return insertSecurityEvent(driver, {
    workspaceId: principal.workspaceId,
    at: engine.clock.now(),
    type: "sql_console",
    outcome,
    actor: actorOf(principal),
    address: client?.clientAddress,
    detail: { sql: sql.slice(0, MAX_LOGGED), mode, ...(explain && { explain }), ...(code !== undefined && { code }) },
  });
}

function shown(value: SqlValue): unknown {
  if (typeof value === "bigint") return String(value);
  if (!(value instanceof Uint8Array)) return value;
  return `\\x${[...value].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Which events of the operators' security log are what the caller has run. */
export function sqlHistoryFilter(ctx: RequestContext): { readonly type: "sql_console"[]; readonly actor: string } {
  requireConsole(ctx, false);
  return { type: ["sql_console"], actor: actorOf(ctx.principal) ?? "" };
}

/** A table that statements may name. */
export interface ConsoleTable {
  collection: string;
  table: string;
  /** Fields whose column has another name are where their name is not the column's. */
  columns: { column: string; field: string; type: string }[];
}

/** The tables of the workspace's collections. */
export function consoleTables(ctx: RequestContext): ConsoleTable[] {
  requireConsole(ctx, false);
  return [...ctx.catalog.collections.values()].map(({ slug, table, stored }) => ({
    collection: slug,
    table,
    columns: [...stored.values()].flatMap((field) =>
      isVirtual(field) ? [] : [{ column: columnName(field), field: field.name, type: field.type }],
    ),
  }));
}
