import type { Json, JsonObject } from "../json.ts";
import type { VariableName } from "../principal.ts";
import type { Field } from "./field.ts";

/** The definition of a field type. docs/adding-a-field-type.md explains it entry by entry. */
export interface FieldTypeDefinition {
  /** The name in a collection's definition. */
  readonly name: string;
  readonly kind: FieldKind;
  /** The column type of its values; null where it has no column, because other items are its value. */
  readonly storage: StorageClass | null;

  /**
   * Converts a value to the type's wire form, whatever the field's settings are: a filter may compare with any value of
   * the type. Throws `VALIDATION` naming `path`.
   */
  coerce(field: Field, value: Json, path: string): Json;
  /** The greatest value below one that is finer than any of the type, for filters; undefined: it is not finer. */
  floor?(value: Json, path: string): string | undefined;
  /** Checks a value in wire form against the field's settings, and limits of the type that do not apply to filters. */
  check?(field: Field, value: Json, path: string): void;
  /** Below, at or above 0 where `a` comes before, is or comes after `b`: the order of every store. */
  compare(a: Json, b: Json): number;

  /** Settings that a field of this type may have, besides those that every field has. */
  readonly settings: readonly FieldSetting[];
  /** The built-in collection that all its fields refer to, which is then their `to`. */
  readonly target?: string;
  /** The field with the settings that it has where a definition leaves them out, as it is stored; `slug`: its collection, if known. */
  complete?(field: Field, slug: string | undefined): Field;
  /** Of a list in an order of its own: the field of its junction that holds each item's place, a number. */
  readonly order?: Field;
  /** Of a list: the field for the other side of a junction that is made for it; absent: a plain relation. */
  link?(field: Field): Field;
  /** Whether its settings fit together; `at` is the field's path in the request. */
  checkSettings?(field: Field, at: string): void;
  /** Defaults that are generated for each item. */
  readonly defaults: readonly GeneratedDefault[];
  /** Variables of filters and rules that are valid values of it. */
  readonly variables: readonly VariableName[];
  /** The request's time as a value of the type. */
  fromInstant?(iso: string): string;

  /** Operators of filters, besides those of every value: `_eq`, `_in`, `_null` … */
  readonly operators: readonly OperatorGroup[];
  readonly aggregates: readonly ValueAggregate[];
  readonly unique: boolean;
  /** May be part of a set of fields that is unique. */
  readonly unique_together: boolean;
  readonly indexed: boolean;
  /** `indexed` is for the members of lists, where the engine has such indexes; there is no order. */
  readonly indexesMembers?: true;
  readonly sorted: boolean;
  readonly grouped: boolean;
  /** Values can be grouped by day, week, month … */
  readonly calendar?: Calendar;
  /** Values can be added up. */
  readonly arithmetic?: Arithmetic;

  /** Any value as one of this type, for `::type` in `fields`. May throw anything; the caller words the error. */
  cast?(value: Exclude<Json, null>): Json;
  /** A CSV's cell; undefined for an empty one, so that defaults apply. Invalid values are left for `coerce`. */
  readCell(cell: string, path: string): Json | undefined;
  /** The unique fields of the item that a text names which is no id; undefined: it names none. */
  lookup?(field: Field, text: string): JsonObject | undefined;
  /** Converts a number or boolean from a JSON file where the field takes another type. */
  readScalar?(value: number | boolean): Json;
  /** How an import recognises the type; absent: it never infers it. */
  readonly infer?: InferenceRules;

  /** JSON Schema of a row's value, without null. */
  rowSchema(field: Field): JsonObject;
  /** JSON Schema of a written value: what `coerce` and `check` accept, as far as a schema can say it. */
  inputSchema(field: Field): JsonObject;
}

/** Code that does not ask the table treats all types of a kind alike. */
export type FieldKind = "text" | "number" | "time" | "boolean" | "json" | "uuid" | "reference" | "list";

/** Column types of a store; its dialect knows their names and forms. */
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
  | "target_access"
  | "bucket"
  | "content_types"
  | "max_bytes"
  | "max_count"
  | "delete_with_item"
  | "precision"
  | "scale";

export type GeneratedDefault = "$now" | "$uuid";

/** `order`: `_gt`, `_between` …; `text`: `_contains`, `_istarts_with` … */
export type OperatorGroup = "order" | "text";

/** Aggregates that depend on the type; values of every type can be counted. */
export type ValueAggregate = "sum" | "avg" | "min" | "max";

export interface Calendar {
  /** Values are instants: they have hours, and their day depends on the time zone. */
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

export interface InferenceRules {
  /** Whether a cell's text, without blanks around it, is surely of this type. */
  cell(text: string): boolean;
  value(value: Exclude<Json, null>): boolean;
  /** Types whose values are also values of this type, so that a column may mix them. */
  readonly includes?: readonly string[];
  /** With one such value, a column of a JSON file may hold any other values too. */
  readonly holdsAll?: boolean;
}
