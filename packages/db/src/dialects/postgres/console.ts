import {
  type ConsoleRows,
  type ConsoleStatement,
  rowBytes,
  type SqlDriver,
  type SqlQuery,
  type SqlRow,
  type SqlValue,
} from "@plinth/core";
import { consoleFailure, noConsole, sqlError, tableRefused } from "../../compile/console-error.ts";
import { singleStatement, withLiterals } from "../../compile/console-text.ts";

/** Rows that fit neither the answer nor this are an error: they have to be in memory before some are left out. */
const MOST_BYTES = 32 * 1024 * 1024;
const BODY_START = "create function pg_temp.plinth_console() returns void language sql begin atomic\n";

/** Volatile functions that neither write, read files, wait, nor run texts as statements. */
const HARMLESS = ["random", "clock_timestamp", "timeofday", "gen_random_uuid"];

/**
 * What Postgres itself understood: a function's body is stored as its parse tree, with the ids of all tables, functions and operators.
 * Refused are all tables that no collection has, functions that are volatile, those that show settings and sessions, and those that
 * are not Postgres' own unless they only compute. So nothing reads by a text that it puts together.
 */
const REFUSED = `with body as (select prosqlbody::text as tree from pg_proc 
    where pronamespace = pg_my_temp_schema() and proname = 'plinth_console'),
  tables as (select distinct (regexp_matches(tree, ':relid (\\d+)', 'g'))[1]::oid as id from body),
  operators as (select distinct (regexp_matches(tree, ':(?:opno|eqop|sortop) (\\d+)', 'g'))[1]::oid as id from body),
  functions as (
    select distinct (regexp_matches(tree, ':(?:\\w*funcid|\\w*fnoid|tsmhandler) (\\d+)', 'g'))[1]::oid as id from body
    union select o.oprcode::oid from pg_operator o join operators on operators.id = o.oid)
select 'understood' as kind, null as name from body where tree is not null
union all select 'table', t.id::regclass::text as name from tables t where t.id <> 0 and not exists (
  select 1 from pg_class c join plinth_collections k on k.table_name = c.relname
  where c.oid = t.id and c.relnamespace = current_schema()::regnamespace)
union all select 'function', p.proname from functions f join pg_proc p on p.oid = f.id
  where case when p.pronamespace <> 'pg_catalog'::regnamespace then p.provolatile <> 'i'
    when p.provolatile = 'v' then p.proname <> all (array[${HARMLESS.map((name) => `'${name}'`).join(", ")}])
    else p.proname ~ '_to_xml|^pg_stat_get|^pg_show|^(current_setting|pg_config|pg_cursor|pg_get_replication_slots|pg_prepared_statement)$' end
limit 10`;

export async function postgresConsole(driver: SqlDriver, statement: ConsoleStatement): Promise<ConsoleRows> {
  if (!driver.capabilities.statementTimeout) throw noConsole(driver.name, "nothing stops a statement here");
  const single = singleStatement(statement.sql);
  if (single === undefined) throw sqlError("One statement at a time.");
  const sql = withLiterals(single, (position) => literalOf(statement.params, position));
  const limits = limitsOf(statement);
  await check(driver, statement, sql, limits);
  try {
    if (statement.explain) return rowsOf(await last(driver, [...limits, plain(`explain ${sql}`)]), statement);
    return statement.writes ? await write(driver, statement, sql, limits) : await read(driver, statement, sql, limits);
  } catch (error) {
    throw consoleFailure(error, statement);
  }
}

async function check(
  driver: SqlDriver,
  statement: ConsoleStatement,
  sql: string,
  limits: readonly SqlQuery[],
): Promise<void> {
  const body = `${BODY_START}${sql}\n; end`;
  const [, , refused] = await driver
    // In a transaction that can write: it makes the function, and drops it again.
    .batch([limits.at(-1)!, plain(body), plain(REFUSED), plain("drop function pg_temp.plinth_console()")])
    .catch((error: unknown) => {
      const failure = consoleFailure(error, statement);
      throw withoutStart(failure);
    });
  const kinds = refused!.rows as { kind: string; name: string }[];
  const found = kinds.find(({ kind }) => kind !== "understood");
  if (kinds.length === 0) throw sqlError("The statement could not be checked.");
  if (found?.kind === "table") throw tableRefused(found.name);
  if (found) throw sqlError(`The console does not call ${found.name}().`);
}

/** The place of an error within the statement itself. */
function withoutStart(failure: unknown): unknown {
  const { details } = failure as { details?: { position?: number } };
  if (details?.position !== undefined) details.position = Math.max(1, details.position - BODY_START.length);
  return failure;
}

/** A cursor is of nothing but a query, and its transaction cannot write. */
async function read(
  driver: SqlDriver,
  statement: ConsoleStatement,
  sql: string,
  limits: readonly SqlQuery[],
): Promise<ConsoleRows> {
  // A driver may keep what it knows of a statement's columns by the statement's text.
  const cursor = `plinth_console_${crypto.randomUUID().replaceAll("-", "")}`;
  const fetch = `fetch forward ${statement.maxRows + 1} from ${cursor}`;
  const rows = await last(driver, [
    ...limits,
    plain(`declare ${cursor} no scroll cursor for ${sql}`),
    { ...plain(fetch), maxBytes: MOST_BYTES },
  ]);
  return rowsOf(rows, statement);
}

async function write(
  driver: SqlDriver,
  statement: ConsoleStatement,
  sql: string,
  limits: readonly SqlQuery[],
): Promise<ConsoleRows> {
  const { record } = statement;
  const queries = [...limits, { ...plain(sql), maxBytes: MOST_BYTES }, ...(record ? [record] : [])];
  const { rows, changes } = (await driver.batch(queries))[limits.length]!;
  return { ...rowsOf(rows, statement), changes };
}

async function last(driver: SqlDriver, queries: readonly SqlQuery[]): Promise<SqlRow[]> {
  return (await driver.batch(queries)).at(-1)!.rows;
}

function limitsOf({ writes, explain, timeLimitMs }: ConsoleStatement): SqlQuery[] {
  const timeout = plain(`set local statement_timeout = ${Math.ceil(timeLimitMs)}`);
  return writes && !explain ? [timeout] : [plain("set transaction read only"), timeout];
}

/**
 * Without a type, as parameters are. In parentheses, and with its backslashes escaped: what stands before it, such as `E` or a
 * string on the line above, would make it another string.
 */
function literalOf(params: readonly SqlValue[], position: number): string {
  if (position < 1 || position > params.length) throw sqlError(`There is no value for $${position} in params.`);
  const value = params[position - 1]!;
  if (value === null) return "(null)";
  const text = String(value).replaceAll("'", "''");
  return text.includes("\\") ? `(E'${text.replaceAll("\\", "\\\\")}')` : `('${text}')`;
}

function plain(sql: string): SqlQuery {
  return { sql, params: [] };
}

function rowsOf(rows: readonly SqlRow[], { maxRows, maxBytes }: ConsoleStatement): ConsoleRows {
  const columns = Object.keys(rows[0] ?? {});
  const kept: SqlValue[][] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += rowBytes(row);
    if (kept.length === maxRows || bytes > maxBytes) return { columns, rows: kept, truncated: true, changes: 0 };
    kept.push(columns.map((column) => row[column]!));
  }
  return { columns, rows: kept, truncated: false, changes: 0 };
}
