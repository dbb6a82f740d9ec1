/**
 * Sends statements by postgres-js without its waiting. The package describes each new statement in a round trip of its
 * own, and `sql.begin` adds one each for BEGIN and COMMIT; on a network that is most of a write. Here parameters are
 * plain text, so nothing needs describing, and a whole transaction is written in one tick.
 *
 * This leans on details of postgres-js 3.4.9, which is pinned for that reason and watched by the conformance suite:
 * - `parameters` of a query may be set beforehand, and then the statement is not described first;
 * - `onexecute` receives the connection; a falsy answer keeps other queries off it until it is idle again;
 * - `forEachFn` of a query takes each row as it arrives. Without it, the package counts the rows of a statement that then
 *   fails into the next result of the connection, which begins with as many holes;
 * - `executed` keeps `then` from sending a query through the pool;
 * - `prepared = false` after sending switches off the package's own retry, which in a pipeline would run a statement
 *   *after* the transaction it belongs to.
 */
import { rowBytes, type SqlRow } from "@plinth/core";
import { isServerError } from "./pg-errors.ts";
import type { PostgresClient } from "./postgres-client.ts";

export interface PgColumn {
  readonly name: string;
  /** Its type's OID. */
  readonly type: number;
}

export interface PgRows extends Array<SqlRow> {
  /** Rows touched; null for statements that touch none. */
  count: number | null;
  command: string;
  columns: readonly PgColumn[];
  /** The rows took more than the statement's `maxBytes`, and were dropped. */
  overBytes?: boolean;
}

export interface PipelineStatement {
  sql: string;
  params: (string | null)[];
  /** Let the server keep the plan under a name for the next time. */
  prepare: boolean;
  /** Rows as arrays of bytes: for a server that passes them on. */
  raw?: boolean;
  maxBytes?: number | undefined;
}

interface QueryConnection {
  execute(query: Query): unknown;
}

interface Query extends Promise<PgRows> {
  parameters: (string | null)[];
  prepared: boolean;
  executed: boolean;
  /** Takes each row, instead of the result. */
  forEachFn: (row: SqlRow, result: PgRows) => void;
  raw(): Query;
}

type OnExecute = (connection: QueryConnection) => boolean;

function query(client: PostgresClient, statement: PipelineStatement, onexecute?: OnExecute): Query {
  const options = { prepare: statement.prepare, simple: false, ...(onexecute && { onexecute }) };
  const made = client.unsafe(statement.sql, [], options as never) as unknown as Query;
  made.parameters = statement.params;
  const { maxBytes } = statement;
  made.forEachFn = maxBytes === undefined ? take : takeWithin(maxBytes);
  return statement.raw ? made.raw() : made;
}

/** What is known about a write whose answer may be lost. */
export interface Fate {
  /** It was written: from then on it may happen. */
  sent: boolean;
  /** The server has refused a part of it, so nothing of it happens. */
  refused: boolean;
}

const take: Query["forEachFn"] = (row, result) => {
  result.push(row);
};

/** A shared connection is read on: the rows beyond the limit are received, and dropped. */
function takeWithin(maxBytes: number): Query["forEachFn"] {
  let bytes = 0;
  return (row, result) => {
    if (bytes > maxBytes) return;
    bytes += rowBytes(row);
    if (bytes <= maxBytes) result.push(row);
    else {
      result.length = 0;
      result.overBytes = true;
    }
  };
}

/** One statement in autocommit. */
export function sendStatement(client: PostgresClient, statement: PipelineStatement, fate?: Fate): Promise<PgRows> {
  if (!fate) return query(client, statement);
  return query(client, statement, () => {
    fate.sent = true;
    return true;
  });
}

/** Not `begin`: postgres-js refuses that word outside its own helper. */
const BEGIN = { sql: "start transaction isolation level read committed", params: [], prepare: false };
const COMMIT = { sql: "commit", params: [], prepare: false };

/**
 * One transaction in one round trip; the client must be idle. After a failed statement the server skips the rest and
 * answers COMMIT with a rollback. All of it is written before anything can fail, so a lost connection cannot leave a
 * part of it behind. Returns the result of each statement, and of COMMIT as the last.
 */
export async function sendTransaction(
  client: PostgresClient,
  statements: readonly PipelineStatement[],
  fate?: Fate,
): Promise<PromiseSettledResult<PgRows>[]> {
  const inside = [...statements, COMMIT].map((statement) => query(client, statement));
  for (const one of inside) {
    one.executed = true;
    if (fate) one.catch((error) => (fate.refused ||= isServerError(error)));
  }
  // Observed from the start: an error may arrive in one packet with BEGIN's answer.
  const settled = Promise.allSettled(inside);
  let written = false;
  const begin = query(client, BEGIN, (connection) => {
    written = true;
    if (fate) fate.sent = true;
    for (const one of inside) {
      connection.execute(one);
      one.prepared = false;
    }
    return false;
  });
  try {
    await begin;
  } catch (error) {
    // Without a connection nothing was written, and the statements would never settle.
    if (!written) throw error;
  }
  if (!written) throw new Error("postgres-js did not provide its connection");
  return settled;
}
