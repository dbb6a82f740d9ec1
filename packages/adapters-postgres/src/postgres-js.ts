/** Postgres over sockets, by the `postgres` package. */
import { DataError, type SqlDriver, type SqlQuery, type SqlResult } from "@plinth/core";
import { isStalePlan, mapPgError } from "./pg-errors.ts";
import { encodePgParams } from "./pg-values.ts";
import { openPostgresClient } from "./postgres-client.ts";
import { type PgRows, type PipelineStatement, sendStatement, sendTransaction } from "./postgres-pipeline.ts";
import { planner } from "./postgres-plans.ts";
import { type Member, postgresPool } from "./postgres-pool.ts";

export interface PostgresJsOptions {
  /** `postgres://user:password@host:5432/database?sslmode=require`; `prepare=false` or `pgbouncer=true` is understood. */
  url: string;
  /** Connections at most. */
  max?: number;
  /** `request`: for hosts where a socket belongs to a request; call `close` when it ends. */
  lifetime?: "process" | "request";
}

const MAX_PARAMETERS = 65_533;
const CONFLICT_RETRIES = 4;

/**
 * @example
 * const driver = postgresJs({ url: "postgres://plinth@localhost/plinth" });
 */
export function postgresJs(options: PostgresJsOptions): SqlDriver {
  const { url, lifetime = "process" } = options;
  const max = options.max ?? (lifetime === "request" ? 1 : 10);
  const pool = postgresPool({ max, open: (onclose) => openPostgresClient({ url, onclose }) });
  const plans = planner();

  async function execute(query: SqlQuery): Promise<PgRows> {
    const params = encode(query);
    try {
      return await pool.use(false, (member) => {
        const plan = plans.plan(member, query.sql);
        return plan.settle(sendStatement(member.client, { ...plan.statement, params }));
      });
    } catch (error) {
      throw mapPgError(error);
    }
  }

  async function transact(member: Member, queries: readonly SqlQuery[]): Promise<SqlResult[]> {
    const planned = queries.map((query) => plans.plan(member, query.sql));
    const statements = queries.map((query, i): PipelineStatement => {
      return { ...planned[i]!.statement, params: encodePgParams(query.params) };
    });
    const outcomes = await sendTransaction(member.client, statements);
    const failed = outcomes.findIndex((outcome) => outcome.status === "rejected");
    for (const [i, plan] of planned.entries()) plan.done(outcomes[i]!.status === "fulfilled");
    if (failed === -1) {
      const commit = resultOf(outcomes.pop()!);
      if (commit.command !== "COMMIT") throw new DataError("unknown", { message: "the transaction was rolled back" });
      return outcomes.map((outcome) => toSqlResult(resultOf(outcome)));
    }
    const error = (outcomes[failed] as PromiseRejectedResult).reason;
    if (isStalePlan(error)) plans.forget();
    throw new BatchFailure(error, failed < queries.length ? failed : undefined);
  }

  async function batch(queries: readonly SqlQuery[]): Promise<SqlResult[]> {
    if (queries.length === 0) return [];
    for (const query of queries) encode(query);
    for (let tries = 0; ; tries++) {
      try {
        return await pool.use(true, (member) => transact(member, queries));
      } catch (error) {
        const { cause, index } = error instanceof BatchFailure ? error : { cause: error, index: undefined };
        const mapped = mapPgError(cause, index);
        // A conflict or a stale plan rolled everything back, so the whole batch may be sent again.
        const again = tries < CONFLICT_RETRIES && (mapped.kind === "busy" || isStalePlan(cause));
        if (!again) throw mapped.kind === "unavailable" ? mapPgError(cause) : mapped;
        if (mapped.kind === "busy") await sleep(5 + Math.random() * 20 * 2 ** tries);
      }
    }
  }

  return {
    name: "postgres-js",
    dialect: "postgres",
    capabilities: {
      maxParameters: MAX_PARAMETERS,
      maxColumns: 1600,
      maxBatch: 10_000,
      int64: true,
      transaction: false,
      remote: true,
    },
    lifetime,
    all: async (query) => (await execute(query)).slice(),
    run: async (query) => toSqlResult(await execute(query)),
    batch,
    close: () => pool.close(),
  };
}

class BatchFailure extends Error {
  constructor(
    override readonly cause: unknown,
    readonly index: number | undefined,
  ) {
    super("batch failed");
  }
}

function encode(query: SqlQuery): (string | null)[] {
  // Checked before anything is sent: postgres-js would refuse this statement alone and commit the others.
  if (query.params.length > MAX_PARAMETERS) {
    throw new DataError("too_large", { message: `more than ${MAX_PARAMETERS} parameters` });
  }
  return encodePgParams(query.params);
}

function resultOf(outcome: PromiseSettledResult<PgRows>): PgRows {
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}

/** `slice` makes a plain array of postgres-js's own kind, which holds on to the connection's state. */
const toSqlResult = (rows: PgRows): SqlResult => ({ rows: rows.slice(), changes: rows.count ?? 0 });

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
