/** Postgres at Neon over HTTP: one POST for each statement or transaction, so it works without sockets. */
import { mapPgError } from "@plinth/adapters-postgres/pg-errors";
import { encodePgParams, PG_DECODERS } from "@plinth/adapters-postgres/pg-values";
import { DataError, type SqlDriver, type SqlQuery, type SqlResult, type SqlRow, type SqlValue } from "@plinth/core";

export interface NeonHttpOptions {
  /** `postgres://user:password@ep-name.region.aws.neon.tech/database` */
  url: string;
  /** The SQL endpoint, if not derived from the host: a local proxy, a test server. */
  endpoint?: string;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Milliseconds to wait for an answer. */
  timeout?: number;
}

interface NeonResult {
  fields: { name: string; dataTypeID: number }[];
  rows: (string | null)[][];
  rowCount: number | null;
}

const CONFLICT_RETRIES = 4;
const READS = /^\s*select\b/i;

/**
 * @example
 * const driver = neonHttp({ url: env.DATABASE_URL });
 */
export function neonHttp(options: NeonHttpOptions): SqlDriver {
  // Called through a function, since some hosts refuse a detached `fetch`.
  const { url, timeout = 30_000, fetch: send = (to, init) => fetch(to, init) } = options;
  const endpoint = options.endpoint ?? endpointOf(url);
  const headers = {
    "content-type": "application/json",
    "Neon-Connection-String": connectionString(url),
    // Values are Postgres' own text, rows are arrays: our decoders read them.
    "Neon-Raw-Text-Output": "true",
    "Neon-Array-Mode": "true",
  };
  const batchHeaders = {
    ...headers,
    "Neon-Batch-Isolation-Level": "ReadCommitted",
    "Neon-Batch-Read-Only": "false",
  };

  async function post(body: unknown, headers: Record<string, string>): Promise<unknown> {
    let response: Response;
    try {
      const signal = AbortSignal.timeout(timeout);
      response = await send(endpoint, { method: "POST", headers, body: JSON.stringify(body), signal });
      if (response.ok) return await response.json();
    } catch (cause) {
      const kind = (cause as Error)?.name === "TimeoutError" ? "timeout" : "unavailable";
      throw new DataError(kind, { cause, unreachable: true });
    }
    throw await failureOf(response);
  }

  /** The same for a write, which may have happened although its answer was lost. */
  async function postWrite(body: unknown, headers: Record<string, string>): Promise<unknown> {
    try {
      return await post(body, headers);
    } catch (error) {
      if (!(error instanceof DataError) || !error.unreachable || wasRefused(error.cause)) throw error;
      throw new DataError("outcome_unknown", { cause: error });
    }
  }

  async function execute(query: SqlQuery, by = post): Promise<SqlResult> {
    return toSqlResult((await by(toWire(query), headers)) as NeonResult);
  }

  async function batch(queries: readonly SqlQuery[]): Promise<SqlResult[]> {
    if (queries.length === 0) return [];
    const body = { queries: queries.map(toWire) };
    for (let tries = 0; ; tries++) {
      try {
        const answer = (await postWrite(body, batchHeaders)) as { results: NeonResult[] };
        return answer.results.map(toSqlResult);
      } catch (error) {
        // A conflict rolled everything back, so the whole batch may be sent again.
        const again = error instanceof DataError && error.kind === "busy" && tries < CONFLICT_RETRIES;
        if (!again) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 20 * 2 ** tries));
    }
  }

  return {
    name: "neon-http",
    dialect: "postgres",
    capabilities: {
      maxParameters: 65_533,
      maxColumns: 1600,
      maxBatch: 1000,
      remote: true,
    },
    lifetime: "process",
    all: async (query) => (await execute(query)).rows,
    run: (query) => execute(query, READS.test(query.sql) ? post : postWrite),
    batch,
  };
}

/** No connection was made, so nothing was sent. */
function wasRefused(cause: unknown): boolean {
  const { code, cause: inner } = (cause ?? {}) as { code?: string; cause?: { code?: string } };
  return /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ConnectionRefused|FailedToOpenSocket)$/.test(code ?? inner?.code ?? "");
}

/** Neon's rule: `api` replaces the host's first label. */
function endpointOf(url: string): string {
  return `https://${new URL(url).hostname.replace(/^[^.]+\./, "api.")}/sql`;
}

/** The scheme that Neon's own clients send. */
function connectionString(url: string): string {
  return url.replace(/^(?:neon|postgresql):/, "postgres:");
}

function toWire(query: SqlQuery): { query: string; params: (string | null)[] } {
  return { query: query.sql, params: encodePgParams(query.params) };
}

/** A statement's error is a 400 with Postgres' fields; any other came from the network or a proxy. */
async function failureOf(response: Response): Promise<DataError> {
  const text = await response.text();
  const cause = new Error(`Neon answered ${response.status}: ${text.slice(0, 500)}`);
  if (response.status === 413 || response.status === 507) return new DataError("too_large", { cause });
  // From a proxy in between: whether the statement was done is not known.
  if (response.status !== 400) return new DataError("unavailable", { cause, unreachable: response.status >= 500 });
  try {
    return mapPgError(Object.assign(cause, JSON.parse(text)));
  } catch {
    return new DataError("unknown", { cause });
  }
}

function toSqlResult(result: NeonResult): SqlResult {
  const columns = result.fields.map((field) => ({ name: field.name, decode: PG_DECODERS.get(field.dataTypeID) }));
  const rows = result.rows.map((values) => {
    const row: SqlRow = {};
    for (const [i, column] of columns.entries()) {
      const text = values[i] ?? null;
      row[column.name] = text === null || !column.decode ? (text as SqlValue) : column.decode(text);
    }
    return row;
  });
  return { rows, changes: result.rowCount ?? rows.length };
}
