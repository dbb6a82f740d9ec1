/** Maps Postgres errors, by SQLSTATE, to `DataError`. One mapper for every Postgres driver. */
import { DataError, type DataErrorKind } from "@plinth/core";

/** The fields of an error that are read; drivers name the column differently. */
interface PgErrorFields {
  message?: string;
  code?: string;
  detail?: string;
  column?: string | number;
  column_name?: string;
}

const EXACT: Record<string, DataErrorKind> = {
  "08P01": "unknown", // protocol_violation: a statement's parameters were miscounted
  "22001": "too_large", // string_data_right_truncation
  "22003": "too_large", // numeric_value_out_of_range
  "23001": "foreign_key", // restrict_violation, which Postgres 18 raises for `on delete restrict`
  "23502": "not_null",
  "23503": "foreign_key",
  "23505": "unique",
  "23514": "check",
  "23P01": "unique", // exclusion_violation
  "53100": "disk_full",
  XX001: "damaged", // data_corrupted
  XX002: "damaged", // index_corrupted
  "40001": "busy",
  "40P01": "busy",
  // duplicate_object and duplicate_table, which the slower of two sessions may get for `create table if not exists`
  "42710": "busy",
  "42P07": "busy",
  "55P03": "busy", // lock_not_available
  "57014": "time_limit", // query_canceled, by statement_timeout
  "25006": "read_only", // read_only_sql_transaction: a standby, or a server that was made read-only
  "25P03": "timeout", // idle_in_transaction_session_timeout
  MAX_PARAMETERS_EXCEEDED: "too_large", // the client's own
};

/** 08 connection, 28 authorisation, 3D no such database, 53 resources, 57P shutdown, 58 system. */
const UNAVAILABLE = /^(?:08|28|3D|53|57P|58)|^(?:CONNECT|E[A-Z]{4,}|NETWORK|FAILED_TO_OPEN|ConnectionRefused)/;

/** There is no connection, or none any more; 57P03 is a server that starts or stops. */
const LOST = /^(?:08|57P0[123])|^(?:CONNECT|E[A-Z]{4,}|NETWORK|FAILED_TO_OPEN|ConnectionRefused)/;

const GUARD = /^plinth_guard:(.*)$/m;

export function mapPgError(error: unknown, statementIndex?: number): DataError {
  if (error instanceof DataError) return error;
  const fields = (error ?? {}) as PgErrorFields;
  const { message = "", code = "", detail = "" } = fields;
  const common = { cause: error, ...(statementIndex === undefined ? {} : { statementIndex }) };

  const guard = code === "PLG01" || code === "P0001" ? GUARD.exec(message)?.[1] : undefined;
  if (guard !== undefined) return new DataError("guard", { ...common, guard });

  const kind = kindOf(code, message);
  const columns = columnsOf(kind, detail, fields);
  const unreachable = kind === "unavailable" && LOST.test(code);
  // undefined_column, undefined_table
  const unknownName = code === "42703" || code === "42P01";
  return new DataError(kind, {
    ...common,
    ...(columns ? { columns } : {}),
    ...(unreachable && { unreachable }),
    ...(unknownName && { unknownName }),
  });
}

/** The connection was lost, and the server has said nothing. The pool's own errors say the same. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof DataError) return error.unreachable === true;
  return LOST.test((error as PgErrorFields)?.code ?? "") && !isServerError(error);
}

/** The server's own answer: an SQLSTATE, but not one by which a proxy reports a lost server. */
export function isServerError(error: unknown): boolean {
  const { code = "" } = (error ?? {}) as PgErrorFields;
  return /^(?!08)(?=.*\d)[0-9A-Z]{5}$/.test(code);
}

/** The server answered, but another one may take writes: behind a proxy, a new connection leads there. */
export function needsNewConnection(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as PgErrorFields & { cause?: PgErrorFields };
  return (code ?? cause?.code) === "25006";
}

/** A plan made before `alter table` is stale; nothing was executed, so the statement may be sent again. */
export function isStalePlan(error: unknown): boolean {
  const { code, message = "" } = (error ?? {}) as PgErrorFields;
  return code === "0A000" && message.includes("cached plan");
}

function kindOf(code: string, message: string): DataErrorKind {
  // The statement was cancelled by hand, which says nothing about its duration.
  if (code === "57014" && message.includes("user request")) return "unavailable";
  const exact = EXACT[code];
  if (exact) return exact;
  if (code.startsWith("54")) return "too_large";
  if (UNAVAILABLE.test(code)) return "unavailable";
  if (/^PGlite (?:is|failed)|connection (?:closed|terminated)|fetch failed/i.test(message)) return "unavailable";
  return "unknown";
}

function columnsOf(kind: DataErrorKind, detail: string, fields: PgErrorFields): string[] | undefined {
  if (kind === "not_null") {
    // Bun gives every error its own `column`: a number, the position in the source.
    const column = fields.column_name ?? fields.column;
    return typeof column === "string" ? [column] : undefined;
  }
  if (kind !== "unique") return undefined;
  // `Key (a, "Odd Name")=(1, 2) already exists.` An expression such as lower(a) is no column.
  const list = /^Key \((.*?)\)=\(/.exec(detail)?.[1];
  if (!list) return undefined;
  const names = list.split(", ").map((name) => name.replace(/^"(.*)"$/, "$1").replaceAll('""', '"'));
  return names.some((name) => /[()]|::/.test(name)) ? undefined : names;
}
