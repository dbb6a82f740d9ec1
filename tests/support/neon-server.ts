/**
 * Neon's SQL over HTTP, spoken by a small server in front of a real Postgres: what `adapters-neon` is tested against.
 * Request and answer follow https://github.com/neondatabase/serverless (`src/httpQuery.ts`). It runs on Bun.
 */
import { openPostgresClient } from "../../packages/adapters-postgres/src/postgres-client.ts";
import { type PgRows, sendStatement, sendTransaction } from "../../packages/adapters-postgres/src/postgres-pipeline.ts";
import { postgresPool } from "../../packages/adapters-postgres/src/postgres-pool.ts";

export interface NeonServer {
  /** A connection string in Neon's form; the server ignores its host. */
  url: string;
  /** What to give `neonHttp` as `endpoint`. */
  endpoint: string;
  close(): Promise<void>;
}

interface WireQuery {
  query: string;
  params: (string | null)[];
}

/** What postgres-js knows of a result besides its rows, here read as bytes. */
interface RawRows extends Array<(Uint8Array | null)[]> {
  columns?: { name: string; type: number }[];
  command: string;
  count: number | null;
}

export async function startNeonServer(options: { databaseUrl: string }): Promise<NeonServer> {
  const { databaseUrl } = options;
  const pool = postgresPool({ max: 10, open: (onclose) => openPostgresClient({ url: databaseUrl, onclose }) });
  const statement = (one: WireQuery) => ({ sql: one.query, params: one.params, prepare: false, raw: true });

  async function answer(request: Request): Promise<Response> {
    if (request.method !== "POST" || new URL(request.url).pathname !== "/sql")
      return new Response(null, { status: 404 });
    for (const header of ["neon-raw-text-output", "neon-array-mode"]) {
      if (request.headers.get(header) !== "true") return refusal({ message: `this test server needs ${header}: true` });
    }
    if (!request.headers.get("neon-connection-string")) return refusal({ message: "missing connection string" });
    const body = (await request.json()) as WireQuery | { queries: WireQuery[] };
    if (!("queries" in body)) {
      return Response.json(
        wire(await pool.use({ exclusive: false }, ({ client }) => sendStatement(client, statement(body)))),
      );
    }
    const settled = await pool.use({ exclusive: true }, ({ client }) =>
      sendTransaction(client, body.queries.map(statement)),
    );
    const results = settled.map((one) => {
      if (one.status === "rejected") throw one.reason;
      return wire(one.value);
    });
    return Response.json({ results: results.slice(0, -1) });
  }

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => answer(request).catch(refusal),
  });
  return {
    url: "postgres://user:password@ep-test-123456.eu-central-1.aws.neon.tech/neondb",
    endpoint: `http://127.0.0.1:${server.port}/sql`,
    async close() {
      await server.stop(true);
      await pool.close();
    },
  };
}

function wire(rows: PgRows) {
  const raw = rows as unknown as RawRows;
  const text = new TextDecoder();
  return {
    command: raw.command,
    fields: (raw.columns ?? []).map((column) => ({ name: column.name, dataTypeID: column.type })),
    rowCount: raw.count,
    rows: Array.from(raw, (row) => Array.from(row, (value) => (value === null ? null : text.decode(value)))),
    rowAsArray: true,
  };
}

function refusal(error: Record<string, unknown>): Response {
  const { message = "error", code, detail, severity, column_name, table_name, constraint_name } = error;
  const column = column_name;
  const body = { message, code, detail, severity, column, table: table_name, constraint: constraint_name };
  return Response.json(body, { status: 400 });
}
