/** Postgres over sockets, by the `postgres` package. */
import { DataError, isSelect, type SqlDriver, type SqlQuery, type SqlResult, type SqlRow } from "@plinth/core";
import { largeReads } from "./large-reads.ts";
import { isConnectionLost, isStalePlan, mapPgError } from "./pg-errors.ts";
import { encodePgParams } from "./pg-values.ts";
import { openPostgresClient, saysPooled } from "./postgres-client.ts";
import { type Fate, type PgRows, sendStatement, sendTransaction } from "./postgres-pipeline.ts";
import { planner } from "./postgres-plans.ts";
import { type ConnectionRequest, type Member, postgresPool } from "./postgres-pool.ts";
import { TimeLimit } from "./postgres-time-limit.ts";
import { rowSizes } from "./row-sizes.ts";

export interface PostgresJsOptions {
  /**
   * `postgres://user:password@host:5432/database?sslmode=require`; `prepare=false` or `pgbouncer=true` is supported.
   */
  url: string;
  /** Maximum number of connections. */
  max?: number;
  /** `request`: for hosts where a socket belongs to a request; call `close` when it ends. */
  lifetime?: "process" | "request";
  /** How long one statement may take. */
  timeLimitMs?: number | undefined;
}

const MAX_PARAMETERS = 65_533;
const RETRIES = 4;
const SHARED: ConnectionRequest = { exclusive: false };

/**
 * @example
 * const driver = postgresJs({ url: "postgres://plinth@localhost/plinth" });
 */
export function postgresJs(options: PostgresJsOptions): SqlDriver {
  const { url, lifetime = "process", timeLimitMs } = options;
  const max = options.max ?? (lifetime === "request" ? 1 : 10);
  // A connection for one request would have to ask each time, and hosts with such mostly have a pooler.
  const limit = new TimeLimit(timeLimitMs, lifetime === "request" || saysPooled(new URL(url)));
  const open = (onclose: () => void) => openPostgresClient({ url, onclose, timeLimitMs: limit.startup });
  const pool = postgresPool({ max, open });
  const plans = planner();
  const sizes = rowSizes({ once: lifetime === "request" });
  const large = largeReads(timeLimitMs);

  function send(query: SqlQuery, params: PgParams, fate?: Fate): Promise<PgRows> {
    const { caller, maxBytes } = query;
    return pool.use(caller === undefined ? SHARED : { exclusive: false, caller }, (member) => {
      const { sql, prepare, done } = plans.plan(member.plans, query.sql);
      const answer = sendStatement(member.client, { sql, prepare, params, maxBytes }, fate);
      return done ? notify(answer, done) : answer;
    });
  }

  async function read(query: SqlQuery, isSecondTry = false): Promise<SqlRow[]> {
    const params = encode(query);
    if (!limit.known) await limit.learn(pool);
    const { caller } = query;
    try {
      const sql = await sizes.bounded(query, async (sql) => (await send({ sql, params: [], caller }, params)).columns);
      return await readNow({ ...query, sql }, params);
    } catch (error) {
      if (sizes.isRefusal(error)) throw new DataError("too_many_bytes");
      if (error instanceof DataError && error.kind === "too_many_bytes") sizes.remember(query);
      // A function of the statement itself may be missing: the second try would fail in the same way.
      if (sizes.forget(query, error) && !isSecondTry) return read(query, true);
      throw mapPgError(error);
    }
  }

  async function readNow(query: SqlQuery, params: PgParams): Promise<SqlRow[]> {
    if (limit.withEach) return (await batch([query], [params]))[0]!.rows;
    return rowsOf(await send(query, params));
  }

  /** `slice` makes a plain array of postgres-js's own kind, which references the connection's state. */
  function rowsOf(rows: PgRows): SqlRow[] {
    if (rows.overBytes) throw new DataError("too_many_bytes");
    return rows.slice();
  }

  function resultOf(rows: PgRows): SqlResult {
    return { rows: rowsOf(rows), changes: rows.count ?? 0 };
  }

  async function transact(
    member: Member,
    queries: readonly SqlQuery[],
    params: PgParams[],
    fate: Fate,
  ): Promise<SqlResult[]> {
    const { before } = limit;
    const all = [...before, ...queries];
    const planned = all.map((query) => plans.plan(member.plans, query.sql));
    const values = [...before.map(() => []), ...params];
    const statements = planned.map(({ sql, prepare }, i) => {
      return { sql, prepare, params: values[i]!, maxBytes: all[i]!.maxBytes };
    });
    const settled = await sendTransaction(member.client, statements, fate);
    for (const [i, { done }] of planned.entries()) done?.(settled[i]!.status === "fulfilled");
    const failed = settled.findIndex((one) => one.status === "rejected");
    if (failed !== -1) {
      const { reason } = settled[failed] as PromiseRejectedResult;
      if (isStalePlan(reason)) plans.forget();
      const known = failed >= before.length && failed < statements.length;
      throw new Failure(reason, known ? failed - before.length : undefined);
    }
    const results = settled.map((one) => (one as PromiseFulfilledResult<PgRows>).value);
    if (results.pop()!.command !== "COMMIT") throw new Error("the transaction was rolled back without an error");
    return queries.map((_, i) => resultOf(results[before.length + i]!));
  }

  function batch(queries: readonly SqlQuery[], params: PgParams[]): Promise<SqlResult[]> {
    // A read that may be slow follows the statements that set its limits.
    const request = { exclusive: true, caller: queries.at(-1)!.caller };
    return attempt((fate) => pool.use(request, (member) => transact(member, queries, params, fate)));
  }

  /** A conflict or a stale plan rolled everything back, so all of it may be sent again. */
  async function attempt<T>(work: (fate: Fate) => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      const fate = { sent: false, refused: false };
      try {
        return await work(fate);
      } catch (error) {
        const { cause, index } = error instanceof Failure ? error : { cause: error, index: undefined };
        if (fate.sent && !fate.refused && isConnectionLost(cause)) throw new DataError("outcome_unknown", { cause });
        const mapped = mapPgError(cause, index);
        const conflict = mapped.kind === "busy";
        if (tries === RETRIES || !(conflict || isStalePlan(cause))) {
          // Every statement of a lost connection fails; none of them is the cause.
          throw mapped.kind === "unavailable" ? mapPgError(cause) : mapped;
        }
        if (conflict) await sleep(5 + Math.random() * 20 * 2 ** tries);
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
      remote: true,
      timeLimited: timeLimitMs !== undefined,
      statementTimeout: true,
    },
    lifetime,
    all: (query) => large.run(query, () => read(query)),
    async run(query) {
      const params = encode(query);
      if (!limit.known) await limit.learn(pool);
      if (isSelect(query.sql) && !limit.withEach) return attempt(async () => resultOf(await send(query, params)));
      if (limit.withEach) return (await batch([query], [params]))[0]!;
      return attempt(async (fate) => resultOf(await send(query, params, fate)));
    },
    async batch(queries) {
      if (queries.length === 0) return [];
      const params = queries.map(encode);
      if (!limit.known) await limit.learn(pool);
      return batch(queries, params);
    },
    close: () => pool.close(),
  };
}

/** A batch's error with the index of its statement, until it is mapped. */
class Failure {
  constructor(
    readonly cause: unknown,
    readonly index: number | undefined,
  ) {}
}

type PgParams = (string | null)[];

function encode(query: SqlQuery): PgParams {
  // Checked before anything is sent: postgres-js would refuse this statement alone and commit the others.
  if (query.params.length > MAX_PARAMETERS) {
    throw new DataError("too_large", { message: `more than ${MAX_PARAMETERS} parameters` });
  }
  return encodePgParams(query.params);
}

function notify<T>(answer: Promise<T>, done: (ok: boolean) => void): Promise<T> {
  return answer.then(
    (value) => {
      done(true);
      return value;
    },
    (error) => {
      done(false);
      throw error;
    },
  );
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
