import type { VariableName } from "../principal.ts";
import type { Field, Json, JsonObject } from "../schema.ts";

/** What a field type has to say about itself. docs/adding-a-field-type.md goes through it entry by entry. */
export interface FieldTypeDefinition {
  /** As it is written in a collection's definition. */
  readonly name: string;
  readonly kind: FieldKind;
  /** The column that holds its values; null where it has none, because other items are its value. */
  readonly storage: StorageClass | null;

  /**
   * A value in the wire form of the type, whatever the field's settings say: a filter may compare with any value of the
   * type. Throws `VALIDATION` naming `path`.
   */
  coerce(field: Field, value: Json, path: string): Json;
  /** What a field's settings, and limits of the type that a filter need not keep, ask of a value in wire form. */
  check?(field: Field, value: Json, path: string): void;
  /** Below, at or above 0 where `a` comes before, is or comes after `b`: the order of every store. */
  compare(a: Json, b: Json): number;

  /** Settings that a field of this type may have, besides those that every field has. */
  readonly settings: readonly FieldSetting[];
  /** How its settings go together; `at` is where the field stands in the request. */
  checkSettings?(field: Field, at: string): void;
  /** Defaults that are made anew for each item. */
  readonly defaults: readonly GeneratedDefault[];
  /** Variables of filters and rules that can be a value of it. */
  readonly variables: readonly VariableName[];
  /** The request's time as a value of the type. */
  fromInstant?(iso: string): string;

  /** Operators of filters, besides those of every value: `_eq`, `_in`, `_null` … */
  readonly operators: readonly OperatorGroup[];
  readonly aggregates: readonly ValueAggregate[];
  readonly unique: boolean;
  /** May be one of a set of fields whose values together are unique. */
  readonly unique_together: boolean;
  readonly indexed: boolean;
  readonly sorted: boolean;
  readonly grouped: boolean;
  /** Values fall into days, weeks, months … */
  readonly calendar?: Calendar;
  /** Values can be added up. */
  readonly arithmetic?: Arithmetic;

  /** Any value as one of this type, where `::type` in `fields` may ask for it. Throws whatever; the caller words it. */
  cast?(value: Exclude<Json, null>): Json;
  /** A CSV's cell; undefined where it says nothing, so that defaults apply. What does not fit is left for `coerce`. */
  readCell(cell: string, path: string): Json | undefined;
  /** A number or boolean that a file of JSON has where the field takes something else. */
  readScalar?(value: number | boolean): Json;
  /** How an import recognises the type; absent: it never guesses it. */
  readonly infer?: Inferred;

  /** JSON Schema of what a row holds, null left aside. */
  rowSchema(field: Field): JsonObject;
  /** JSON Schema of what a write may give: what `coerce` and `check` take, as far as a schema can say it. */
  inputSchema(field: Field): JsonObject;
}

/** Types of a kind are treated alike wherever the table is not asked for more. */
export type FieldKind = "text" | "number" | "time" | "boolean" | "json" | "uuid" | "reference" | "list";

/** What a store has columns for; its dialect knows the name and the form. */
export type StorageClass = "text" | "bigint" | "double" | "numeric" | "bool" | "json" | "timestamp" | "date" | "uuid";

export type FieldSetting =
  | "min"
  | "max"
  | "min_length"
  | "max_length"
  | "pattern"
  | "values"
  | "to"
  | "via"
  | "through"
  | "target"
  | "on_delete"
  | "precision"
  | "scale";

export type GeneratedDefault = "$now" | "$uuid";

/** `order`: `_gt`, `_between` …; `text`: `_contains`, `_istarts_with` … */
export type OperatorGroup = "order" | "text";

/** Aggregates that depend on the type; values of every type can be counted. */
export type ValueAggregate = "sum" | "avg" | "min" | "max";

export interface Calendar {
  /** Values are instants: they have hours, and a time zone decides their day. */
  readonly zoned: boolean;
}

export interface Arithmetic {
  /** Sums are exact to the last digit; otherwise they are doubles. */
  readonly exact: boolean;
  /** The largest value of the field's type; its negative is the smallest. */
  widest(field: Field): number | string;
  add(field: Field, a: Json, b: Json): Json;
  /** An exact sum in wire form: `units` of 10^-scale. */
  fromUnits(units: bigint, scale: number): Json;
}

export interface Inferred {
  /** Whether a cell's text, without blanks around it, is surely of this type. */
  cell(text: string): boolean;
  value(value: Exclude<Json, null>): boolean;
  /** Types whose values are values of this type too, so that a column may mix them. */
  readonly includes?: readonly string[];
  /** A file of JSON that has one such value in a column may have anything else in it. */
  readonly holdsAll?: boolean;
}
