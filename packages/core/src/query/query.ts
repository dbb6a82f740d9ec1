import type { Field } from "../fields/field.ts";
import { type CastType, doubleField, integerField } from "../fields/index.ts";
import type { Json, JsonObject } from "../json.ts";
import type { VariableName, Variables } from "../principal.ts";
import type { Collection } from "../schema.ts";
import type { Shift } from "./relative-time.ts";
import type { Folding } from "./text-folding.ts";

/**
 * The one in-memory form of every read and write, without SQL. Trees are built once per shape and cached: a request
 * binds values to `slot`s and variables, so a store may key its plans by the tree object.
 */

/** A value in wire form: see `fields/` for each field type. Arrays are for `in`. */
export type FieldValue = Json | readonly (string | number | boolean)[];

export type Operand =
  /** Bound by each request, in the order of `Bindings.values`. */
  | { readonly slot: number }
  /** Part of the tree, as in a rule. */
  | { readonly value: FieldValue }
  | VariableOperand;

/** The value of a variable in this request. */
export interface VariableOperand {
  readonly variable: VariableName;
  /** Of `$now`. */
  readonly shift?: Shift;
  /** The names that lead to a claim of the user's token. */
  readonly claim?: readonly string[];
  /** The claim stands for a list: one value is a list of one. */
  readonly list?: true;
  /** The claim is compared with texts: any other value is none. */
  readonly text?: true;
}

/** A field of the current collection, or a path inside its JSON. */
export interface FieldRef {
  readonly field: Field;
  /** Below the field's JSON value; for a document collection, below the whole document, whose keys are texts. */
  readonly path?: readonly PathStep[];
  /** Relations to follow, outermost first. All are to-one, except the last where `aggregate` is set. */
  readonly through?: readonly RelationRef[];
  readonly aggregate?: RelatedAggregate;
}

/** A key of an object, or an index in a list: from 0, or from -1 backwards. */
export type PathStep = string | number;

/** Makes one value of the related items of a to-many relation. */
export type RelatedAggregate = "count" | "sum" | "avg" | "min" | "max";

export type CompareOp = "eq" | "neq" | "gt" | "gte" | "lt" | "lte";
export type TextOp = "equals" | "contains" | "starts_with" | "ends_with" | "like" | "regex";
/** A list in JSON has all of the operand's values, has one of them, has no others. */
export type ListOp = "contains" | "overlaps" | "contained_in";
/** The kind that a JSON path is compared as: values of another JSON type never match. */
export type JsonKind = "string" | "number" | "boolean";

/**
 * One step from the current collection to `target`, within the caller's read policy there. To-one: `field` holds the id
 * of an item of `target`. To-many: `via` holds the id of the current item, in `target` or, if there is one, in the
 * junction, whose `to` then holds the id of an item of `target`.
 */
export interface RelationRef {
  readonly field: Field;
  readonly target: Collection;
  readonly policy: ReadPolicy;
  readonly via?: Field;
  /** A list: the collection that has it as a field, whose ids `via` holds. */
  readonly source?: Collection;
  readonly junction?: {
    readonly collection: Collection;
    readonly policy: ReadPolicy;
    readonly to: Field;
    /** Holds each item's place in the list, where the list has an order of its own. */
    readonly order?: Field;
  };
}

/**
 * Two-valued: a comparison with null on either side is false, and `not` is the exact complement. Only `null` and
 * `empty` match nulls.
 */
export type Condition =
  | { readonly kind: "and" | "or"; readonly of: readonly Condition[] }
  | { readonly kind: "not"; readonly of: Condition }
  | {
      readonly kind: "compare";
      readonly ref: FieldRef;
      readonly op: CompareOp;
      readonly operand: Operand;
      readonly as?: JsonKind;
    }
  /** Membership in an array operand; `negated` is true for fields that are not null and not among them. */
  | {
      readonly kind: "in";
      readonly ref: FieldRef;
      readonly negated: boolean;
      readonly operand: Operand;
      readonly as?: JsonKind;
    }
  | {
      readonly kind: "text";
      readonly ref: FieldRef;
      readonly op: TextOp;
      readonly folding?: Folding;
      readonly operand: Operand;
    }
  /** Of a list of JSON scalars, or one scalar. True only for values that are lists. */
  | { readonly kind: "list"; readonly ref: FieldRef; readonly op: ListOp; readonly operand: Operand }
  | { readonly kind: "null"; readonly ref: FieldRef }
  /** Null, an empty text, `[]` or `{}`. */
  | { readonly kind: "empty"; readonly ref: FieldRef }
  /** A related item that the caller may read satisfies `where`. */
  | { readonly kind: "some"; readonly relation: RelationRef; readonly where: Condition };

export const ALWAYS: Condition = { kind: "and", of: [] };
export const NEVER: Condition = { kind: "or", of: [] };

export function isAlways(condition: Condition): boolean {
  return condition.kind === "and" && condition.of.length === 0;
}

export function isNever(condition: Condition): boolean {
  return condition.kind === "or" && condition.of.length === 0;
}

export function and(...conditions: readonly Condition[]): Condition {
  const of = conditions.filter((c) => !isAlways(c));
  if (of.some(isNever)) return NEVER;
  return of.length === 1 ? of[0]! : { kind: "and", of };
}

export function or(...conditions: readonly Condition[]): Condition {
  const of = conditions.filter((c) => !isNever(c));
  if (of.some(isAlways)) return ALWAYS;
  return of.length === 1 ? of[0]! : { kind: "or", of };
}

export function not(condition: Condition): Condition {
  if (isAlways(condition)) return NEVER;
  if (isNever(condition)) return ALWAYS;
  return condition.kind === "not" ? condition.of : { kind: "not", of: condition };
}

const COUNT: Field = integerField("count");

/** The type of a reference's value, as a field: a count is an integer, whatever is counted. */
export function resultField(ref: FieldRef): Field {
  if (ref.aggregate === "count") return COUNT;
  return ref.aggregate === "avg" || ref.aggregate === "sum" ? doubleField(ref.field.name) : ref.field;
}

/** What a caller may see of a collection: which rows, and which of their fields. */
export interface ReadPolicy {
  /** Rows for which this holds. */
  readonly where: Condition;
  /**
   * Null: all fields. Otherwise field → the rows that show it (null: every visible row); an absent field is hidden. `*`
   * means the keys of a document that are not listed.
   */
  readonly fields: ReadonlyMap<string, Condition | null> | null;
}

/** The rows that show a field: null for all, undefined for none. */
export function fieldPolicyOf(policy: ReadPolicy, field: string): Condition | null | undefined {
  if (!policy.fields) return null;
  const fieldPolicy = policy.fields.get(field);
  return fieldPolicy === undefined ? policy.fields.get("*") : fieldPolicy;
}

export const FULL_ACCESS: ReadPolicy = { where: ALWAYS, fields: null };

export interface SortTerm {
  readonly ref: FieldRef;
  readonly direction: "asc" | "desc";
}

/** A value of each item with an alias. Values of related items come by expansion. */
export interface Output {
  readonly as: string;
  /** A path inside JSON returns its value, of any kind. */
  readonly ref: Pick<FieldRef, "field" | "path">;
  readonly cast?: CastType;
}

/**
 * Only items related to these: for a to-one relation `parents` are the ids referred to, for a list the ids of the items
 * that have it. The result names each row's parent, and `limit` and `offset` count for each parent.
 */
export interface ParentFilter {
  readonly relation: RelationRef;
  readonly parents: Operand;
  /** By the places in the list first, before the sort. */
  readonly inOrder?: true;
}

export interface Find {
  readonly collection: Collection;
  readonly policy: ReadPolicy;
  readonly where: Condition;
  /** Fields to return, of those that `access` shows; null: all of them. */
  readonly select: readonly string[] | null;
  /** Values computed for each item in addition. */
  readonly outputs?: readonly Output[];
  /** Ends with a unique field, so that the order is total. Nulls are smaller than any value. */
  readonly sort: readonly SortTerm[];
  readonly limit: Operand;
  readonly offset?: Operand;
  readonly parentFilter?: ParentFilter;
  /** Keyset paging: start after the row with these sort values, one per entry of its `sortValues`. */
  readonly after?: readonly (Operand | null)[];
  /** Return each row's sort values, for a later `after`. */
  readonly withSortValues?: boolean;
}

export interface Count {
  readonly collection: Collection;
  readonly policy: ReadPolicy;
  readonly where: Condition;
}

/** Items and their related items, step by step: all that a read visits, including what rules hide. */
export interface Traversal {
  readonly collection: Collection;
  readonly policy: ReadPolicy;
  readonly where: Condition;
  readonly steps: readonly RelationRef[];
}

export type AggregateFunction = "count" | "count_distinct" | "sum" | "avg" | "min" | "max";
export const BUCKETS = ["hour", "day", "week", "month", "quarter", "year"] as const;
export type Bucket = (typeof BUCKETS)[number];

/**
 * A time zone's offset from UTC, in minutes, from an instant on; the first entry's `from` is null. They end with the
 * year 2499: later years repeat the offsets of 400 years before.
 */
export type ZoneOffsets = readonly { readonly from: string | null; readonly minutes: number }[];

export const OFFSETS_REPEAT = { from: 2100, until: 2500 } as const;

export interface GroupTerm {
  readonly name: string;
  readonly ref: FieldRef;
  /** The start of the hour, day … of a timestamp or date, as local time `2024-05-01T10:00:00` or a date. */
  readonly bucket?: { readonly unit: Bucket; readonly offsets: ZoneOffsets };
  /** Converts group values to text; different values stay different. */
  readonly cast?: "text";
}

export interface Measure {
  readonly name: string;
  readonly fn: AggregateFunction;
  /** Absent: rows are counted. */
  readonly ref?: FieldRef;
  readonly cast?: CastType;
}

export interface Aggregate {
  readonly collection: Collection;
  readonly policy: ReadPolicy;
  readonly where: Condition;
  readonly groups: readonly GroupTerm[];
  readonly measures: readonly Measure[];
  /** On the groups' and measures' names, as fields of the result. */
  readonly having: Condition;
  readonly sort: readonly { readonly name: string; readonly direction: "asc" | "desc" }[];
  readonly limit: Operand;
  readonly offset?: Operand;
  /** Each parent has its own groups. A parent without items has no group, even without group fields. */
  readonly parentFilter?: ParentFilter;
}

/** The values that one request binds to a tree. */
export interface Bindings {
  readonly values: readonly FieldValue[];
  readonly variables: Variables;
  /** Rows that take more than about this are an error, `too_many_bytes`. */
  readonly maxBytes?: number | undefined;
  /** For reads that may be slow: the user or key. All callers without credentials are one. */
  readonly caller?: string | undefined;
}

/** A row in wire form: field names to JSON values. */
export type Row = JsonObject;
