import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { type Field, fieldType, type Json } from "@plinth/core";
import { DURING } from "./periods.ts";

/** How the value of an operator is entered. */
export type Operand = "one" | "pair" | "list" | "text" | "period" | "none";

export interface FilterOperator {
  /** `_eq`; `_null:true` and `_null:false` are two, as people see them. */
  key: string;
  op: string;
  label: MessageDescriptor;
  operand: Operand;
  /** The value of an operator that has no other. */
  fixed?: Json;
}

const one = (op: string, label: MessageDescriptor, operand: Operand = "one"): FilterOperator => ({
  key: op,
  op,
  label,
  operand,
});
const fixed = (op: string, value: boolean, label: MessageDescriptor): FilterOperator => ({
  key: `${op}:${value}`,
  op,
  label,
  operand: "none",
  fixed: value,
});

const EQUAL = [one("_eq", msg`is`), one("_neq", msg`is not`)];
const LIST = [one("_in", msg`is one of`, "list"), one("_nin", msg`is none of`, "list")];
const NULL = [fixed("_null", true, msg`has no value`), fixed("_null", false, msg`has a value`)];
const EMPTY = [fixed("_empty", true, msg`is empty`), fixed("_empty", false, msg`is not empty`)];
const ORDER = [
  one("_gt", msg`is greater than`),
  one("_gte", msg`is at least`),
  one("_lt", msg`is less than`),
  one("_lte", msg`is at most`),
  one("_between", msg`is between`, "pair"),
];
/** A day is not at a time. */
const DAY_LABELS: Readonly<Record<string, MessageDescriptor>> = {
  _gte: msg`is on or after`,
  _lte: msg`is on or before`,
};
const TIME = [
  one(DURING, msg`is in`, "period"),
  one("_gt", msg`is after`),
  one("_gte", msg`is at or after`),
  one("_lt", msg`is before`),
  one("_lte", msg`is at or before`),
  one("_between", msg`is between`, "pair"),
];
const DAY = TIME.map((operator) => ({ ...operator, label: DAY_LABELS[operator.op] ?? operator.label }));
const TEXT = [
  one("_icontains", msg`contains`, "text"),
  one("_istarts_with", msg`starts with`, "text"),
  one("_iends_with", msg`ends with`, "text"),
  one("_ieq", msg`is, ignoring case`, "text"),
  one("_unaccent_contains", msg`contains, ignoring accents`, "text"),
  one("_contains", msg`contains, with the same case`, "text"),
  one("_starts_with", msg`starts with, with the same case`, "text"),
  one("_ends_with", msg`ends with, with the same case`, "text"),
  one("_like", msg`matches the pattern`, "text"),
  one("_regex", msg`matches the regular expression`, "text"),
];
const MEMBERS = [
  one("_contains", msg`has all of`, "list"),
  one("_overlaps", msg`has one of`, "list"),
  one("_contained_in", msg`has only`, "list"),
];

/** The operators of a field, the usual one first. `inside`: the condition is about a value within JSON. */
export function operatorsOf(field: Field, inside = false): readonly FilterOperator[] {
  const { kind, operators, calendar } = fieldType(field);
  if (kind === "json")
    return inside ? [...EQUAL, ...ORDER, ...TEXT.slice(0, 3), ...LIST, ...NULL] : [...MEMBERS, ...EMPTY];
  if (kind === "list") return [one("_eq", msg`includes`), ...NULL.map(asList)];
  if (kind === "boolean") return [...EQUAL, ...NULL];
  const order =
    operators.includes("order") && field.values === undefined
      ? kind !== "time"
        ? ORDER
        : calendar && !calendar.zoned
          ? DAY
          : TIME
      : [];
  const isText = operators.includes("text") && field.values === undefined;
  if (isText) return [TEXT[0]!, ...EQUAL, ...TEXT.slice(1), ...LIST, ...order, ...EMPTY];
  return [...EQUAL, ...order, ...LIST, ...NULL];
}

function asList(operator: FilterOperator): FilterOperator {
  return { ...operator, label: operator.fixed === true ? msg`has no items` : msg`has items` };
}

/** The operator of a condition, also one that the field does not offer. */
export function operatorFor(field: Field, op: string, value: Json | undefined, inside = false): FilterOperator {
  const offered = operatorsOf(field, inside);
  const key = typeof value === "boolean" ? `${op}:${op === "_nempty" ? !value : value}` : op;
  const name = key.replace("_nempty:", "_empty:");
  return (
    offered.find((operator) => operator.key === name) ??
    offered.find((operator) => operator.op === op) ??
    NULL.find((operator) => operator.key === name) ??
    one(op, UNNAMED, "text")
  );
}

/** An operator that the field offers, or that every field has. */
export function operatorByKey(field: Field, key: string, inside = false): FilterOperator {
  const found = [...operatorsOf(field, inside), ...NULL].find((operator) => operator.key === key);
  if (!found) throw new Error(`${field.name} has no operator ${key}`);
  return found;
}

const UNNAMED = msg`another operator`;
