/** Cloudflare D1: SQLite behind an RPC, atomic only inside `batch`. https://developers.cloudflare.com/d1/ */
import { mapSqliteError } from "@plinth/adapters-sqlite/sqlite-errors";
import {
  DataError,
  isSelect,
  requireBytes,
  type SqlDriver,
  type SqlQuery,
  type SqlResult,
  type SqlRow,
  type SqlValue,
  unsupported,
} from "@plinth/core";

/** The part of a `D1Database` binding that is used. */
export interface D1Like {
  prepare(sql: string): D1StatementLike;
  // D1's own types are generic over rows; `never` and `unknown` accept them without importing them.
  batch(statements: never[]): Promise<unknown[]>;
}

export interface D1StatementLike {
  bind(...values: unknown[]): D1StatementLike;
  all(): Promise<unknown>;
}

interface D1Result {
  results?: Record<string, unknown>[];
  meta?: { changes?: number };
}

const NAME = "d1";
const MAX_PARAMETERS = 100;
/** The connection to D1 ended; the statements may have been done. Other failures say that they were not. */
const LOST = /network connection lost|connection (?:is )?(?:closed|lost)|object (?:to be )?reset|internal error/i;

/**
 * The database of a Worker's D1 binding. D1 carries numbers as doubles, so integers beyond 2^53 are refused.
 *
 * @example
 * const driver = d1({ database: env.DB });
 */
export function d1(options: { database: D1Like }): SqlDriver {
  const { database } = options;
  const prepare = (query: SqlQuery) => database.prepare(query.sql).bind(...bind(query.params));

  async function execute(query: SqlQuery): Promise<SqlResult> {
    const statement = prepare(query);
    try {
      return resultOf(await statement.all());
    } catch (error) {
      throw mapSqliteError(error);
    }
  }

  async function write(query: SqlQuery): Promise<SqlResult> {
    try {
      return await execute(query);
    } catch (error) {
      throw isSelect(query.sql) ? error : outcomeOf(error);
    }
  }

  return {
    name: NAME,
    dialect: "sqlite",
    capabilities: {
      maxParameters: MAX_PARAMETERS,
      maxColumns: 100,
      maxBatch: 1000,
      remote: true,
    },
    lifetime: "process",
    all: async (query) => requireBytes((await execute(query)).rows, query),
    run: write,
    async batch(queries) {
      if (queries.length === 0) return [];
      const statements = queries.map(prepare);
      try {
        return (await database.batch(statements as never[])).map(resultOf);
      } catch (error) {
        // D1 does not report which statement failed, so this is known only where there was one.
        throw outcomeOf(mapSqliteError(error, queries.length === 1 ? 0 : undefined));
      }
    },
  };
}

function outcomeOf(error: unknown): unknown {
  const { cause } = error as { cause?: { message?: string } };
  return LOST.test(cause?.message ?? "") ? new DataError("outcome_unknown", { cause: error }) : error;
}

function bind(params: readonly SqlValue[]): unknown[] {
  if (params.length > MAX_PARAMETERS)
    throw unsupported(NAME, "maxParameters", `more than ${MAX_PARAMETERS} parameters`);
  return params.map((value) => {
    if (typeof value === "boolean") return value ? 1 : 0;
    if (typeof value !== "bigint") return value;
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw unsupported(NAME, "bigint", "integers beyond 2^53");
    return number;
  });
}

function resultOf(result: unknown): SqlResult {
  const { results = [], meta } = result as D1Result;
  for (const row of results) {
    for (const name in row) {
      // Bytes arrive as an array of numbers.
      const value = row[name];
      if (Array.isArray(value)) row[name] = Uint8Array.from(value as number[]);
    }
  }
  return { rows: results as SqlRow[], changes: results.length || (meta?.changes ?? 0) };
}
