import type { Field, Json, Origin, SqlQuery, SqlValue } from "@plinth/core";

/** The change log, and other tables in its order: by `xid` and `seq`. `xid` is 0 with a single writer. */
export interface LogSql {
  /** Milliseconds since the epoch by the database's clock. */
  readonly now: string;
  /** A change's `xid` as a column. */
  readonly xid: string;
  /** The order, and the index that serves it. */
  readonly order: string;
  readonly descending: string;
  /** The same change, as `c` and as `p`. */
  readonly isSame: string;
  /** After, before, at or after a position; numbers are bound as text. */
  after(xid: string, seq: string): string;
  before(xid: string, seq: string): string;
  from(xid: string, seq: string): string;
  /** No row can still appear before the rows for which this holds. */
  readonly settled: string;
  /**
   * For readers who take a row as soon as it is committed, in any order and perhaps twice: from where the next read has to
   * begin, and whether a row `c` is from there on.
   */
  readonly unordered: { next(table: string): string; from(start: string): string };
  /** `column` is null or among the texts of a bound JSON list. */
  isListed(column: string, param: string): string;
  /** The position is among those of a bound JSON list: pairs of `xid` and `seq` as texts. */
  isAmong(param: string): string;
  /** An image as text. */
  image(column: string): string;
  /** Surrounds a batch, so that its changes carry their origin and writes made outside Plinth carry none. */
  origin(origin: Origin): { before: SqlQuery[]; after: SqlQuery[] };
  /** A single write that carries its own origin; undefined where it cannot. */
  withOrigin?(query: SqlQuery, origin: Origin): SqlQuery | undefined;
  /**
   * Converts a field's value in an image to wire form; never called with null. Undefined where it already has that
   * form.
   */
  imageDecoder(field: Field): ((value: Json) => Json) | undefined;
  readonly retention: RetentionSql;
}

export interface RetentionSql {
  /**
   * Where another server may have given the numbers of the log: begins it anew if this one has not come to them yet. Deletes its
   * changes, puts its start behind them, and every consumer before its start.
   */
  readonly renumbered?: string;
  /** The oldest changes, limited by the parameter, each with the log's newest `seq`. */
  readonly oldest: string;
  /** Deletes a prefix and records where it ended. */
  trim(xid: SqlValue, seq: SqlValue): SqlQuery[];
}
