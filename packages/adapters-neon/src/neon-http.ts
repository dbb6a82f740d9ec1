/** Postgres at Neon over HTTP: one POST for each statement or transaction, so it works without sockets. */
import { mapPgError } from "@plinth/adapters-postgres/pg-errors";
import { encodePgParams, PG_DECODERS } from "@plinth/adapters-postgres/pg-values";
import {
  DataError,
  isSelect,
  requireBytes,
  type SqlDriver,
  type SqlQuery,
  type SqlResult,
  type SqlRow,
  type SqlValue,
} from "@plinth/core";

export interface NeonHttpOptions {
  /** `postgres://user:password@ep-name.region.aws.neon.tech/database` */
  url: string;
  /** The SQL endpoint, if not derived from the host: a local proxy, a test server. */
  endpoint?: string;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Milliseconds to wait for an answer. */
  timeout?: number;
  /**
   * How long one statement may take. Neon takes no settings with a statement: the request ends, and Neon's proxy cancels
   * what it has sent.
   */
  timeLimitMs?: number | undefined;
}

interface NeonResult {
  fields: { name: string; dataTypeID: number }[];
  rows: (string | null)[][];
  rowCount: number | null;
}

/** How long to wait for an answer, and what it means when none has come. */
interface Patience {
  readonly ms: number;
  readonly over: "timeout" | "time_limit";
}

const CONFLICT_RETRIES = 4;

/**
 * @example
 * const driver = neonHttp({ url: env.DATABASE_URL });
 */
export function neonHttp(options: NeonHttpOptions): SqlDriver {
  // Called through a function, since some hosts refuse a detached `fetch`.
  const { url, timeout = 30_000, timeLimitMs, fetch: send = (to, init) => fetch(to, init) } = options;
  const single: Patience =
    timeLimitMs === undefined ? { ms: timeout, over: "timeout" } : { ms: timeLimitMs, over: "time_limit" };
  // The statements of a transaction may have limits of their own, which are to end before the request does.
  const several: Patience = { ms: Math.max(timeout, (timeLimitMs ?? 0) + 5000), over: "timeout" };
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

  async function post(
    body: unknown,
    headers: Record<string, string>,
    { ms, over }: Patience,
    maxBytes?: number,
  ): Promise<unknown> {
    let response: Response;
    try {
      const signal = AbortSignal.timeout(ms);
      response = await send(endpoint, { method: "POST", headers, body: JSON.stringify(body), signal });
      if (response.ok) return await (maxBytes === undefined ? response.json() : jsonWithin(response, maxBytes));
    } catch (cause) {
      if (cause instanceof DataError) throw cause;
      throw new DataError((cause as Error)?.name === "TimeoutError" ? over : "unavailable", {
        cause,
        unreachable: true,
      });
    }
    throw await failureOf(response);
  }

  /** The same for a write, which may have happened although its answer was lost. */
  async function postWrite(body: unknown, headers: Record<string, string>, patience: Patience): Promise<unknown> {
    try {
      return await post(body, headers, patience);
    } catch (error) {
      if (!(error instanceof DataError) || !error.unreachable || wasRefused(error.cause)) throw error;
      throw new DataError("outcome_unknown", { cause: error });
    }
  }

  async function execute(query: SqlQuery, by: typeof post = post): Promise<SqlResult> {
    return toSqlResult((await by(toWire(query), headers, single, query.maxBytes)) as NeonResult);
  }

  async function batch(queries: readonly SqlQuery[]): Promise<SqlResult[]> {
    if (queries.length === 0) return [];
    const body = { queries: queries.map(toWire) };
    for (let tries = 0; ; tries++) {
      try {
        const answer = (await postWrite(body, batchHeaders, several)) as { results: NeonResult[] };
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
      statementTimeout: true,
    },
    lifetime: "process",
    all: async (query) => requireBytes((await execute(query)).rows, query),
    run: (query) => execute(query, isSelect(query.sql) ? post : postWrite),
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

/** Ends the answer where its rows take too many bytes. Escapes make its JSON longer than what the rows take. */
async function jsonWithin(response: Response, maxBytes: number): Promise<unknown> {
  const most = maxBytes * 2 + 65_536;
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const piece of response.body!) {
    bytes += piece.byteLength;
    if (bytes > most) throw new DataError("too_many_bytes");
    pieces.push(piece);
  }
  return JSON.parse(await new Blob(pieces).text());
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
