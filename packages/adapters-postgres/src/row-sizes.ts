/**
 * Bounds the bytes of a statement's rows on the server: it sums their sizes as it sends them, and fails beyond the limit.
 * Otherwise all of them would be received, because other statements share the connection. A cursor would need it for itself.
 *
 * It costs 0.2 ms of the server's time, most of it for the plan. So few rows are sent without it, until such a statement has
 * once had rows that took too many bytes.
 */
import type { SqlQuery } from "@plinth/core";
import { isServerError } from "./pg-errors.ts";
import { PG_OID } from "./pg-values.ts";
import type { PgColumn } from "./postgres-pipeline.ts";

const MAX_STATEMENTS = 1000;
const FEW_ROWS = 64;
/** Of one character in UTF-8: what the server lets through, the driver measures exactly. */
const MOST_BYTES = 4;
/** The characters of a text of more bytes are counted: to read it once more costs less than to send it in vain. */
const LARGE_BYTES = 65_536;
/** The limit is a part of the text, so there are few different ones. */
const LEAST_LIMIT = 65_536;
/** What the server's error quotes; a number follows. */
const REFUSAL = "plinth: the rows take too many bytes: ";
const INVALID_TEXT = "22P02";
const UNDEFINED_FUNCTION = "42883";

export interface RowSizes {
  /** After rows that took more than the statement's `maxBytes`. */
  remember(query: SqlQuery): void;
  /** The text that is sent. `describe` tells the columns of a statement, for its first time. */
  bounded(query: SqlQuery, describe: (sql: string) => Promise<readonly PgColumn[]>): Promise<string>;
  /** Whether the server ended the statement because of its rows' size. */
  isRefusal(error: unknown): boolean;
  /** After an error: whether the statement is worth another try, as the types of its columns have changed. */
  forget(query: SqlQuery, error: unknown): boolean;
}

export function rowSizes(): RowSizes {
  const statements = new Map<string, { readonly limit: number; readonly text: string }>();
  const large = new Set<string>();
  return {
    remember({ sql }) {
      if (large.size >= MAX_STATEMENTS) large.clear();
      large.add(sql);
    },
    async bounded({ sql, maxBytes, maxRows = Number.POSITIVE_INFINITY }, describe) {
      if (maxBytes === undefined || (maxRows <= FEW_ROWS && !large.has(sql))) return sql;
      const limit = limitFor(maxBytes);
      const known = statements.get(sql);
      if (known?.limit === limit) return known.text;
      // Nothing is read for it.
      const text = boundedBy(sql, await describe(`select * from (${sql}) r limit 0`), limit);
      if (statements.size >= MAX_STATEMENTS) statements.clear();
      statements.set(sql, { limit, text });
      return text;
    },
    isRefusal(error) {
      const { code, message = "" } = serverError(error);
      return code === INVALID_TEXT && message.includes(REFUSAL);
    },
    forget: ({ sql }, error) => serverError(error).code === UNDEFINED_FUNCTION && statements.delete(sql),
  };
}

function limitFor(maxBytes: number): number {
  let limit = LEAST_LIMIT;
  while (limit < maxBytes) limit *= 2;
  return limit * MOST_BYTES;
}

const { bool, int8, int2, int4, oid, float4, float8, date, timestamp, timestamptz, uuid } = PG_OID;
const SMALL: ReadonlySet<number> = new Set([
  ...[bool, int8, int2, int4, oid, float4, float8],
  ...[date, timestamp, timestamptz, uuid],
]);
const TEXTS: ReadonlySet<number> = new Set([PG_OID.text, PG_OID.varchar]);

function boundedBy(sql: string, columns: readonly PgColumn[], limit: number): string {
  const sizes = columns.filter(({ type }) => !SMALL.has(type)).map(sizeOf);
  if (sizes.length === 0) return sql;
  // Names of fields and aliases begin with a letter, so no column has the name `__bytes`.
  const names = columns.map(({ name }) => quoted(name)).join(", ");
  const counted = `select r.*, sum(${sizes.join(" + ")}) over (rows unbounded preceding) as "__bytes" from (${sql}) r`;
  // A function that raises an error would keep the server from working in parallel.
  const refused = `case when "__bytes" > ${limit} then ('${REFUSAL}' || "__bytes")::int end`;
  return `select ${names} from (${counted}) r where ${refused} is null`;
}

/**
 * The bytes of a text are known without reading it, where it is stored out of line. Other values count as they are stored: less
 * where they are compressed, and up to eight times their text in lists of numbers.
 */
function sizeOf({ name, type }: PgColumn): string {
  const column = `r.${quoted(name)}`;
  return `coalesce(${sizeByType(type, column)}, 0)`;
}

function sizeByType(type: number, column: string): string {
  const bytes = `octet_length(${column})::bigint`;
  if (type === PG_OID.bytea) return `${bytes} * ${MOST_BYTES}`;
  if (!TEXTS.has(type)) return `pg_column_size(${column})::bigint / 2`;
  return `case when ${bytes} > ${LARGE_BYTES} then length(${column})::bigint * ${MOST_BYTES} else ${bytes} end`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function serverError(error: unknown): { code?: string; message?: string } {
  const { cause } = (error ?? {}) as { cause?: unknown };
  return (isServerError(error) ? error : (cause ?? {})) as { code?: string; message?: string };
}
