/**
 * Bounds the bytes of a statement's rows on the server: it sums their sizes as it sends them, and fails beyond the limit.
 * Otherwise all of them would be received, because other statements share the connection. A cursor would need it for itself.
 *
 * The sum costs a fifth of the server's time for a row by its id, where the plan is kept, and 0.2 ms where it is not. So of
 * few rows each is bounded by itself, which costs a third of that, until such a statement has once had rows that took too many
 * bytes. The driver has a row in memory as a whole, nearly three times: its bytes as they came, together, and as texts.
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

interface BoundedStatement {
  readonly limit: number;
  readonly text: string;
}

/** `once`: the connection is for one request. Nothing is asked about few rows there, as nothing is known of them the next time. */
export function rowSizes({ once = false } = {}): RowSizes {
  const ofFew = new Map<string, BoundedStatement>();
  const ofMany = new Map<string, BoundedStatement>();
  const large = new Set<string>();
  return {
    remember({ sql }) {
      if (large.size >= MAX_STATEMENTS) large.clear();
      large.add(sql);
    },
    async bounded({ sql, maxBytes, maxRows = Number.POSITIVE_INFINITY }, describe) {
      if (maxBytes === undefined) return sql;
      const few = maxRows <= FEW_ROWS && !large.has(sql);
      if (few && once) return sql;
      const statements = few ? ofFew : ofMany;
      const limit = limitFor(maxBytes);
      const known = statements.get(sql);
      if (known?.limit === limit) return known.text;
      // Nothing is read for it.
      const columns = await describe(`select * from (${sql}) r limit 0`);
      const text = few ? eachBoundedBy(sql, columns, limit) : boundedBy(sql, columns, limit);
      if (statements.size >= MAX_STATEMENTS) statements.clear();
      statements.set(sql, { limit, text });
      return text;
    },
    isRefusal(error) {
      const { code, message = "" } = serverError(error);
      return code === INVALID_TEXT && message.includes(REFUSAL);
    },
    forget({ sql }, error) {
      if (serverError(error).code !== UNDEFINED_FUNCTION) return false;
      const [few, many] = [ofFew.delete(sql), ofMany.delete(sql)];
      return few || many;
    },
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

/** Each row by itself. Its bytes are known without reading them. */
function eachBoundedBy(sql: string, columns: readonly PgColumn[], limit: number): string {
  const sizes = columns
    .filter(({ type }) => !SMALL.has(type))
    .map(({ name, type }) => storedSize(type, `r.${quoted(name)}`));
  return sizes.length === 0 ? sql : withinLimit(columns, `(${sql}) r`, sizes.join(" + "), limit);
}

function storedSize(type: number, column: string): string {
  const bytes = TEXTS.has(type) || type === PG_OID.bytea ? `octet_length(${column})` : `pg_column_size(${column})`;
  return `coalesce(${bytes}, 0)::bigint`;
}

function boundedBy(sql: string, columns: readonly PgColumn[], limit: number): string {
  const sizes = columns.filter(({ type }) => !SMALL.has(type)).map(sizeOf);
  if (sizes.length === 0) return sql;
  // Names of fields and aliases begin with a letter, so no column has the name `__bytes`.
  const counted = `select r.*, sum(${sizes.join(" + ")}) over (rows unbounded preceding) as "__bytes" from (${sql}) r`;
  return withinLimit(columns, `(${counted}) r`, '"__bytes"', limit);
}

function withinLimit(columns: readonly PgColumn[], from: string, bytes: string, limit: number): string {
  const names = columns.map(({ name }) => quoted(name)).join(", ");
  // A function that raises an error would keep the server from working in parallel.
  const refused = `case when ${bytes} > ${limit} then ('${REFUSAL}' || (${bytes}))::int end`;
  return `select ${names} from ${from} where ${refused} is null`;
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
