import {
  type AggregateFunction,
  type Bucket,
  booleanField,
  type Collection,
  type CompareOp,
  type ConsoleRows,
  type ConsoleStatement,
  doubleField,
  type Field,
  type FieldValue,
  type Folding,
  type Json,
  type JsonKind,
  type ListOp,
  longTextField,
  OFFSETS_REPEAT,
  type PathStep,
  type SqlDriver,
  type SqlRow,
  type SqlValue,
  type TextOp,
} from "@plinth/core";
import type { LogSql } from "./dialect-log.ts";
import type { SystemSql } from "./dialect-system.ts";

/** How a JSON path's value is used: as one kind for comparing, or as a total order for sorting. */
export interface JsonTerm {
  sql: string;
  nullable: boolean;
  /** The type of the term's value in a cursor. */
  field: Field;
}

/**
 * What differs between engines; everything else is shared. SQL in, SQL out: a `column` is already quoted and qualified,
 * a `param` is a placeholder.
 */
export interface SqlDialect {
  /** The name that drivers use. */
  readonly name: string;
  /** The name for people. */
  readonly title: string;
  /** Limits the time of the statements that follow in a batch; absent where the engine has no clock for them. */
  timeLimit?(ms: number): string;
  placeholder(position: number): string;
  /** The constant that is false as a condition. */
  readonly isFalse: string;
  /** Whether a driver could return the value for a boolean column. */
  isBoolean(value: FieldValue): boolean;
  /** The column type in `create table`. */
  columnType(field: Field): string;
  /** The uuid that a text is; null where it is none. */
  uuidIn(text: string): string;
  /** Milliseconds since the epoch as a timestamp. */
  instantOf(milliseconds: string): string;
  /** A placeholder as a value of the field's type. */
  typed(field: Field, param: string): string;
  /**
   * A parameter whose value the planner does not see, for equality: an engine that looks at it plans again whenever one
   * is bound.
   */
  opaque(param: string): string;
  /** A value that is about to be assigned to the column, made comparable as the column is. */
  assigned(field: Field, expression: string): string;
  /** Turns wire form into the driver's form. */
  encoder(field: Field): (value: unknown) => SqlValue;
  /** A value from `encoder`, written into a statement. */
  literal(field: Field, encoded: SqlValue): string;
  /** The column as it is selected. */
  read(field: Field, column: string): string;
  /** The reverse of `encoder`, for what `read` selects; undefined where the value is already in domain form. */
  decoder(field: Field): ((value: SqlValue) => unknown) | undefined;
  /** Aggregates that can be compared and sorted by: counts exactly, sums and averages as doubles. */
  measure(fn: AggregateFunction, field: Field, expression: string): string;
  /** The parts of an exact sum: see `sumOf`. */
  sumParts(field: Field, expression: string): string[];
  /** Sums of the parts of sums: again input of `sumOf`, and a double to compare and sort by. */
  sumOfSums(field: Field, parts: readonly string[]): { comparable: string; parts: string[] };
  sumOf(field: Field, parts: readonly SqlValue[]): { units: bigint; scale: number } | null;
  /** The start of the bucket as local text; `offset` is SQL for minutes to add to UTC. */
  bucket(unit: Bucket, field: Field, column: string, offset: string): string;
  /** The timestamp moved back by whole calendar cycles of 400 years, into the years 2100 to 2499. */
  withinCycle(column: string): string;
  /** `column` is among the values of one bound list. */
  isIn(field: Field, column: string, param: string): string;
  /** The same for few texts, also as one of several conditions that indexes serve. */
  isAnyOf(text: string, param: string): string;
  encodeList(field: Field, values: readonly unknown[]): SqlValue;
  /** A case-sensitive test; of `like` and `regex`, the parameter is from `pattern`. Throws where there is none. */
  text(op: TextOp, expression: string, param: string): string;
  /** See `caseKeysOf`. */
  caseKey(column: string): string;
  /** See `accentKeysOf`. */
  accentKey(column: string): string;
  pattern(op: "like" | "regex", pattern: string): string;
  /**
   * A text whose case, or case and accents, do not count, and the part that is looked for in it. `param` is a JSON list:
   * the folded part, the letters that become part of it, and what each becomes.
   */
  folded(folding: Folding, expression: string, param: string): { text: string; part: string };
  /** The length of a text in bytes of UTF-8. */
  byteLength(expression: string): string;
  /** The value at a JSON path as the text of its JSON. */
  jsonText(column: string, path: readonly PathStep[]): string;
  /** The value at a JSON path as `kind`, null where it is of another kind. */
  jsonAs(column: string, path: readonly PathStep[], kind: JsonKind): string;
  /** A test of the list at a JSON path, false or null for other values. */
  jsonList(op: ListOp, column: string, path: readonly PathStep[], param: string): string;
  encodeScalars(op: ListOp, values: readonly Json[]): SqlValue;
  jsonIsNull(column: string, path: readonly PathStep[]): string;
  jsonIsEmpty(column: string, path: readonly PathStep[]): string;
  /** An empty text, list or object, where a JSON column is not null. */
  jsonColumnIsEmpty(column: string): string;
  /** Sort terms that put null first, then numbers with false as 0 and true as 1, then texts. */
  jsonOrder(column: string, path: readonly PathStep[]): JsonTerm[];
  /** Indexes for `_contains` and `_overlaps`, as they follow the table in `create index`; absent where the engine has none. */
  membersIndexes?(column: string, path: readonly PathStep[]): string[];
  /** Put before a test of the text at a path, so that one of these indexes serves it. */
  jsonIsText?(column: string, path: readonly PathStep[]): string;
  /** What an index on the path covers. */
  jsonIndex(column: string, path: readonly PathStep[]): string[];
  /** RFC 7396 merge of the document column with a bound patch. */
  mergePatch(column: string, param: string): string;
  /** `asc`/`desc` with nulls smallest. */
  order(direction: "asc" | "desc", nullable: boolean): string;
  /** A select that fails unless the condition holds. */
  guard(condition: string, param: string): string;
  /** An expression that fails with `plinth_guard:<label>` when it is evaluated; `param` carries that text. */
  fail(param: string): string;
  /** The same where a value of the field's type is expected. */
  failAs(field: Field, param: string): string;
  /** Follows a reference that protects its target, where an engine needs it so that a batch may check it late. */
  readonly deferrable: string;
  /** Surrounds a statement whose references are checked after all of its deletes; SQLite does so by itself. */
  readonly checkAfter?: readonly [before: string, after: string];
  /** Drops tables with all rows, although others of them refer to one. */
  dropTables(tables: readonly string[]): string[];
  /** What identifies a row of any table within one statement. */
  readonly rowAddress: string;
  /** A list that many rows lead to is gathered once, as the engine would scan it again for each of them. */
  readonly gathersLists: boolean;
  /** Several transactions write at once. */
  readonly concurrentWriters: boolean;
  /** A `with` may hold statements that write. */
  readonly writesInWith: boolean;
  /** Keeps other writers from the rows that a subquery found, until the batch ends. */
  readonly lock: string;
  /** Follows a subquery that claims rows: those that others claim at the moment are left out. */
  readonly skipLocked: string;
  /** A table with the column `value`: the elements of a JSON array. */
  jsonElements(param: string): string;
  /** A statement after which batches with the same text run one after the other; absent where all batches do. */
  turn?(param: string): string;
  /** Makes a batch run as if there were no other writer; first statement of the batch. */
  readonly serializable?: string;
  /** A condition: the sum of two finite numbers is finite. Bounds are checked elsewhere. */
  sumIsFinite(column: string, param: string): string;
  /** Operations on JSON in a column: tests of it, and its new texts. */
  readonly json: JsonChanges;
  readonly explain: ExplainSql;
  /**
   * Runs a statement of the console over tables of collections only. Throws `UNSUPPORTED_BY_ADAPTER` where the driver cannot do so safely,
   * and `SQL_ERROR` where the statement is refused.
   */
  console(driver: SqlDriver, statement: ConsoleStatement): Promise<ConsoleRows>;
  readonly log: LogSql;
  readonly triggers: TriggerSql;
  readonly system: SystemSql;
}

/** The engine's own query plan, and what it means for large tables. */
export interface Explained {
  readonly plan: string[];
  /** Collections' tables that are read in full. */
  readonly scans: string[];
  /** It reads all that match and sorts them, where an index could give the order. */
  readonly sorts: boolean;
  /** Rows that the engine expects in total; null where it makes no estimate. */
  readonly rows: number | null;
}

export interface ExplainSql {
  statement(sql: string): string;
  /** `toTheEnd`: the statement reads all rows, or as many as a filter needs. */
  read(rows: readonly SqlRow[], sql: string, toTheEnd: boolean): Explained;
}

/** Triggers that write the log: each name is a suffix of the collection's own. Others by their quoted names. */
export interface TriggerSql {
  create(dialect: SqlDialect, collection: Collection, nameOf: (suffix: string) => string): string[];
  drop(collection: Collection, nameOf: (suffix: string) => string): string[];
  /** Deletes the item to which `field` refers with the item that refers to it. */
  deleteTarget(collection: Collection, field: Field, target: Collection, name: string): string[];
  dropOne(collection: Collection, name: string): string;
}

/** `value` is JSON as the engine stores it; `param` a JSON text. */
export interface JsonChanges {
  /** The value, or null for JSON's null. */
  nullIfNull(value: string): string;
  /** Whether a sum of doubles is finite, where it may not be. */
  sumIsFinite?(value: string, param: string): string;
  at(column: string, key: string | undefined): string;
  isNull(value: string): string;
  isKind(value: string, kind: "number" | "array"): string;
  /** Adds doubles; whole sums are written without a decimal point. */
  inc(value: string, param: string): string;
  /** The sum that `inc` writes, to check its bounds. */
  sum(value: string, param: string): string;
  append(value: string, param: string): string;
  remove(value: string, param: string): string;
  set(column: string, key: string, value: string): string;
}

export const CYCLE_YEARS = OFFSETS_REPEAT.until - OFFSETS_REPEAT.from;

/** The field type that a value inside JSON is compared as. */
export const FIELD_OF_KIND: Readonly<Record<JsonKind, Field>> = {
  string: longTextField("string"),
  number: doubleField("number"),
  boolean: booleanField("boolean"),
};

/** Numbers and texts in the engine's own order. */
export const MIXED = longTextField("s");

export const COMPARE_SQL: Record<CompareOp, string> = { eq: "=", neq: "<>", gt: ">", gte: ">=", lt: "<", lte: "<=" };

export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** The default `SqlDialect.literal`. */
export function literalOf(encoded: SqlValue): string {
  if (encoded === null) return "null";
  if (typeof encoded === "boolean") return encoded ? "true" : "false";
  if (typeof encoded === "number" || typeof encoded === "bigint") return String(encoded);
  return literal(String(encoded));
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
