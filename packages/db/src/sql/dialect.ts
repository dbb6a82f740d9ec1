import {
  type AggregateFunction,
  type Bucket,
  booleanField,
  type CompareOp,
  doubleField,
  type Field,
  type JsonKind,
  longTextField,
  OFFSETS_REPEAT,
  type PathStep,
  type SqlDialectName,
  type SqlValue,
  type TextOp,
} from "@plinth/core";

/** How a JSON path's value takes part: as one kind for comparing, or as a total order for sorting. */
export interface JsonTerm {
  sql: string;
  nullable: boolean;
}

/**
 * What differs between engines. Everything else is written once.
 * SQL in, SQL out: a `column` is already quoted and qualified, a `param` is a placeholder.
 */
export interface SqlDialect {
  readonly name: SqlDialectName;
  /** Bounds the statements that follow in a batch; absent where the engine has no clock for them. */
  readonly timeLimit?: string;
  placeholder(position: number): string;
  /** The column type in `create table`. */
  columnType(field: Field): string;
  /** A placeholder as a value of the field's type. */
  typed(field: Field, param: string): string;
  /** A value that is about to be the column's, compared as the column is. */
  assigned(field: Field, expression: string): string;
  /** Turns wire form into what the driver takes. */
  encoder(field: Field): (value: unknown) => SqlValue;
  /** The column as it is selected. */
  read(field: Field, column: string): string;
  /** The reverse of `encoder`, for what `read` selects; undefined where the value is already in domain form. */
  decoder(field: Field): ((value: SqlValue) => unknown) | undefined;
  /** Values folded into one that can be compared and sorted by: counts exactly, sums and averages as doubles. */
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
  /** Keeps other writers from the rows that a subquery found, until the batch ends. */
  readonly lock: string;
  /** Makes a batch see and leave a state as if no other writer was there; first statement of the batch. */
  readonly serializable?: string;
  /** The sum of two finite numbers can be computed; its bounds are another matter. */
  sumIsFinite(column: string, param: string): string;
  /** JSON inside a JSON column, or the column itself: what it is, and new texts for it. */
  readonly json: JsonChanges;
}

/** `value` is JSON as the engine keeps it; `param` a JSON text. */
export interface JsonChanges {
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

export const COMPARE_SQL: Record<CompareOp, string> = { eq: "=", neq: "<>", gt: ">", gte: ">=", lt: "<", lte: "<=" };

export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
