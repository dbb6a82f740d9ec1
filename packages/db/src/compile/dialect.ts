import {
  type AggregateFunction,
  type Bucket,
  booleanField,
  type Collection,
  type CompareOp,
  doubleField,
  type Field,
  type FieldValue,
  type Json,
  type JsonKind,
  longTextField,
  OFFSETS_REPEAT,
  type Origin,
  type PathStep,
  type SqlQuery,
  type SqlRow,
  type SqlValue,
  type TextOp,
} from "@plinth/core";

/** How a JSON path's value takes part: as one kind for comparing, or as a total order for sorting. */
export interface JsonTerm {
  sql: string;
  nullable: boolean;
  /** Types the value that stands for the term in a cursor. */
  field: Field;
}

/**
 * What differs between engines. Everything else is written once.
 * SQL in, SQL out: a `column` is already quoted and qualified, a `param` is a placeholder.
 */
export interface SqlDialect {
  /** As drivers say it. */
  readonly name: string;
  /** As people say it. */
  readonly title: string;
  /** Bounds the statements that follow in a batch; absent where the engine has no clock for them. */
  timeLimit?(ms: number): string;
  placeholder(position: number): string;
  /** The constant that is false as a condition. */
  readonly isFalse: string;
  /** A driver's value of a boolean column. */
  isBoolean(value: FieldValue): boolean;
  /** The column type in `create table`. */
  columnType(field: Field): string;
  /** A placeholder as a value of the field's type. */
  typed(field: Field, param: string): string;
  /** A value that is about to be the column's, compared as the column is. */
  assigned(field: Field, expression: string): string;
  /** Turns wire form into what the driver takes. */
  encoder(field: Field): (value: unknown) => SqlValue;
  /** A value that `encoder` gave, written into a statement. */
  literal(field: Field, encoded: SqlValue): string;
  /** The column as it is selected. */
  read(field: Field, column: string): string;
  /** The reverse of `encoder`, for what `read` selects; undefined where the value is already in domain form. */
  decoder(field: Field): ((value: SqlValue) => unknown) | undefined;
  /** Aggregates that can be compared and sorted by: counts exactly, sums and averages as doubles. */
  measure(fn: AggregateFunction, field: Field, expression: string): string;
  /** What an exact sum is put together from: see `sumOf`. */
  sumParts(field: Field, expression: string): string[];
  /** Parts of sums, summed: again what `sumOf` takes, and a double to compare and sort by. */
  sumOfSums(field: Field, parts: readonly string[]): { comparable: string; parts: string[] };
  sumOf(field: Field, parts: readonly SqlValue[]): { units: bigint; scale: number } | null;
  /** The start of the bucket as local text; `offset` is SQL for minutes to add to UTC. */
  bucket(unit: Bucket, field: Field, column: string, offset: string): string;
  /** The timestamp as many whole calendar cycles of 400 years earlier as lead to the years 2100 to 2499. */
  withinCycle(column: string): string;
  /** `column` is among the values of one bound list. */
  isIn(field: Field, column: string, param: string): string;
  encodeList(field: Field, values: readonly unknown[]): SqlValue;
  /** A case-sensitive test. */
  text(op: TextOp, expression: string, param: string): string;
  lower(expression: string): string;
  /** The value at a JSON path as the text of its JSON. */
  jsonText(column: string, path: readonly PathStep[]): string;
  /** The value at a JSON path as `kind`, null where it is of another kind. */
  jsonAs(column: string, path: readonly PathStep[], kind: JsonKind): string;
  jsonIsNull(column: string, path: readonly PathStep[]): string;
  jsonIsEmpty(column: string, path: readonly PathStep[]): string;
  /** An empty text, list or object, where a JSON column is not null. */
  jsonColumnIsEmpty(column: string): string;
  /** Sort terms that put null first, then numbers with false as 0 and true as 1, then texts. */
  jsonOrder(column: string, path: readonly PathStep[]): JsonTerm[];
  /** What an index on the path covers. */
  jsonIndex(column: string, path: readonly PathStep[]): string[];
  /** RFC 7396 merge of the document column with a bound patch. */
  mergePatch(column: string, param: string): string;
  /** `asc`/`desc` with nulls smallest. */
  order(direction: "asc" | "desc", nullable: boolean): string;
  /** A select that fails so unless the condition holds. */
  guard(condition: string, param: string): string;
  /** An expression that fails with `plinth_guard:<label>` when it is reached; `param` carries that text. */
  fail(param: string): string;
  /** The same where a value of the field's type is expected. */
  failAs(field: Field, param: string): string;
  /** Follows a reference that holds its target, where it must be said that a batch may check it late. */
  readonly deferrable: string;
  /** What goes around a statement whose references are checked when all that it takes along has gone; by itself on SQLite. */
  readonly checkAfter?: readonly [before: string, after: string];
  /** A list that many rows lead to is gathered once, as the engine would look through it again for each of them. */
  readonly gathersLists: boolean;
  /** Several transactions write at once. */
  readonly concurrentWriters: boolean;
  /** Keeps other writers from the rows that a subquery found, until the batch ends. */
  readonly lock: string;
  /** Makes a batch see and leave a state as if no other writer was there; first statement of the batch. */
  readonly serializable?: string;
  /** The sum of two finite numbers can be computed; its bounds are another matter. */
  sumIsFinite(column: string, param: string): string;
  /** JSON inside a JSON column, or the column itself: what it is, and new texts for it. */
  readonly json: JsonChanges;
  readonly explain: ExplainSql;
  readonly log: LogSql;
  readonly triggers: TriggerSql;
  readonly system: SystemSql;
}

/** How the engine would run a statement, in its own words, and what that means for large tables. */
export interface Explained {
  readonly plan: string[];
  /** Collections' tables that are read from end to end. */
  readonly scans: string[];
  /** Rows that the engine expects in all; null where it makes no estimate. */
  readonly rows: number | null;
}

export interface ExplainSql {
  statement(sql: string): string;
  /** `toTheEnd`: the statement goes on until it has seen all rows, or as many as a filter makes it see. */
  read(rows: readonly SqlRow[], sql: string, toTheEnd: boolean): Explained;
}

/** The change log, and whatever is kept in its order: by `xid` and `seq`, of which the first is 0 with a single writer. */
export interface LogSql {
  /** Milliseconds since the epoch by the database's clock. */
  readonly now: string;
  /** A change's `xid` as a column. */
  readonly xid: string;
  /** The order, and the index it walks. */
  readonly order: string;
  readonly descending: string;
  /** The same change, as `c` and as `p`. */
  readonly isSame: string;
  /** Beyond a position, or at it; numbers are bound as text. */
  after(xid: string, seq: string): string;
  from(xid: string, seq: string): string;
  /** No row can appear before those for which this holds. */
  readonly settled: string;
  /** `column` is null or among the texts of a bound JSON list. */
  isListed(column: string, param: string): string;
  /** An image as text. */
  image(column: string): string;
  /** What goes around a batch so that its changes carry their origin, and writes made around Plinth carry none. */
  origin(origin: Origin): { before: SqlQuery[]; after: SqlQuery[] };
  /** A single write that carries its origin by itself; undefined for one that cannot. */
  withOrigin?(query: SqlQuery, origin: Origin): SqlQuery | undefined;
  /** A field's value in an image, in wire form; never called with null. Undefined where it is that already. */
  imageDecoder(field: Field): ((value: Json) => Json) | undefined;
  readonly retention: RetentionSql;
}

export interface RetentionSql {
  /** Takes away what no reader would ever get past, where there can be such changes. */
  readonly foreign?: string;
  /** The oldest changes, at most as many as the parameter says, each with the log's newest `seq`. */
  readonly oldest: string;
  /** Takes away a prefix and remembers where it ended. */
  trim(xid: SqlValue, seq: SqlValue): SqlQuery[];
}

/** Triggers that write the log: one name each, which is a suffix of the collection's own. */
export interface TriggerSql {
  create(dialect: SqlDialect, collection: Collection, nameOf: (suffix: string) => string): string[];
  drop(collection: Collection, nameOf: (suffix: string) => string): string[];
}

/** Where the statements that make Plinth's own tables differ. */
export interface SystemSql {
  /** Columns that put rows of the change log, and of messages, in order; and their primary key where it stands apart. */
  readonly changeKey: string;
  readonly messageKey: string;
  readonly key: string;
  /** The type of an image. */
  readonly image: string;
  /** Functions that statements call, and what the log's triggers rest on. */
  readonly functions: readonly string[];
  readonly logSupport: readonly string[];
  /** Has the functions of the log take the id from the column that a trigger names. */
  readonly logById: readonly string[];
  /** Lets the relations of earlier tables be checked late. */
  readonly makeDeferrable: readonly string[];
  /** Renames the keys of stored definitions and of their fields: `renamed` makes an expression of one for a key. */
  renameDefinitionKeys(renamed: (key: string) => string): string;
}

/** `value` is JSON as the engine keeps it; `param` a JSON text. */
export interface JsonChanges {
  /** The value, or null for JSON's null. */
  nullIfNull(value: string): string;
  /** Whether a sum of doubles can be computed, where it may be that it cannot. */
  sumIsFinite?(value: string, param: string): string;
  at(column: string, key: string | undefined): string;
  isNull(value: string): string;
  isKind(value: string, kind: "number" | "array"): string;
  /** Adds doubles; whole sums are written without a point. */
  inc(value: string, param: string): string;
  /** The sum that `inc` writes, to test its bounds. */
  sum(value: string, param: string): string;
  append(value: string, param: string): string;
  remove(value: string, param: string): string;
  set(column: string, key: string, value: string): string;
}

export const CYCLE_YEARS = OFFSETS_REPEAT.until - OFFSETS_REPEAT.from;

/** The field that a value inside JSON is compared as. */
export const FIELD_OF_KIND: Readonly<Record<JsonKind, Field>> = {
  string: longTextField("string"),
  number: doubleField("number"),
  boolean: booleanField("boolean"),
};

/** Numbers and texts by the order that the engine gives to them. */
export const MIXED = longTextField("s");

export const COMPARE_SQL: Record<CompareOp, string> = { eq: "=", neq: "<>", gt: ">", gte: ">=", lt: "<", lte: "<=" };

export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** What `SqlDialect.literal` is, unless a dialect says otherwise. */
export function literalOf(encoded: SqlValue): string {
  if (encoded === null) return "null";
  if (typeof encoded === "boolean") return encoded ? "true" : "false";
  if (typeof encoded === "number" || typeof encoded === "bigint") return String(encoded);
  return literal(String(encoded));
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
