/**
 * The time limit of every statement. A direct connection gets it once, when it opens. A pooler in between lends the
 * server's connections by transaction: it refuses the setting, or ignores it. Then each statement is sent in a
 * transaction that sets the limit first, still in one round trip.
 */
import type { SqlQuery } from "@plinth/core";
import { mapPgError } from "./pg-errors.ts";
import { sendStatement } from "./postgres-pipeline.ts";
import type { Pool } from "./postgres-pool.ts";

const REFUSED = /startup parameter/i;

export class TimeLimit {
  /** First in each transaction; empty where the connection has the limit. */
  before: readonly SqlQuery[] = [];
  /** Whether it is known how the limit is set: before that, nothing may be sent. */
  known: boolean;
  #learning: Promise<void> | undefined;

  constructor(
    private readonly ms: number | undefined,
    pooled: boolean,
  ) {
    this.known = ms === undefined || pooled;
    if (pooled) this.#setWithEach();
  }

  /** The limit to open a connection with. */
  get startup(): number | undefined {
    return this.withEach ? undefined : this.ms;
  }

  /** The limit is set with each statement. */
  get withEach(): boolean {
    return this.before.length > 0;
  }

  #setWithEach(): void {
    if (this.ms !== undefined) this.before = [{ sql: `set local statement_timeout = ${this.ms}`, params: [] }];
  }

  /** Asks the server whether a connection that was opened with the limit has it. */
  learn(pool: Pool): Promise<void> {
    this.#learning ??= this.#ask(pool).finally(() => {
      this.#learning = undefined;
    });
    return this.#learning;
  }

  async #ask(pool: Pool): Promise<void> {
    const sql = `select current_setting('statement_timeout')::interval = make_interval(secs => ${this.ms! / 1000}) as kept`;
    try {
      const [row] = await pool.use({ exclusive: false }, ({ client }) =>
        sendStatement(client, { sql, params: [], prepare: false }),
      );
      if (row!.kept !== true) this.#setWithEach();
    } catch (error) {
      if (!REFUSED.test((error as Error | null)?.message ?? "")) throw mapPgError(error);
      this.#setWithEach();
      pool.reopen();
    }
    this.known = true;
  }
}
