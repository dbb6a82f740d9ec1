import { compareValues } from "../fields/index.ts";
import type { Json, JsonObject } from "../json.ts";
import { matchesLike } from "./like.ts";
import type { Bindings, Condition, FieldRef, ListOp, RelationRef, TextOp } from "./query.ts";
import { DOCUMENT_FIELD } from "./reference.ts";
import { matchesRegex } from "./regex.ts";
import { foldText } from "./text-folding.ts";
import { resolveOperand } from "./variables.ts";

/**
 * The in-memory evaluator: decides a condition for one row in wire form, with the same result as the SQL of the same
 * tree. Related items are looked up by `related`; without it a condition over relations throws.
 */
export function evaluate(
  condition: Condition,
  row: JsonObject,
  bindings: Bindings,
  related?: (relation: RelationRef, row: JsonObject) => readonly JsonObject[],
): boolean {
  const decide = (c: Condition): boolean => evaluate(c, row, bindings, related);
  switch (condition.kind) {
    case "and":
      return condition.of.every(decide);
    case "or":
      return condition.of.some(decide);
    case "not":
      return !decide(condition.of);
    case "null":
      return valueAt(condition.ref, row) === null;
    case "empty":
      return isEmpty(valueAt(condition.ref, row));
    case "compare": {
      const value = scalarOf(condition.ref, valueAt(condition.ref, row), condition.as);
      const operand = resolveOperand(condition.operand, bindings as never, condition.ref.field) as Json;
      if (value === null || operand === null) return false;
      const order = compareValues(condition.ref.field, value, operand);
      switch (condition.op) {
        case "eq":
          return order === 0;
        case "neq":
          return order !== 0;
        case "gt":
          return order > 0;
        case "gte":
          return order >= 0;
        case "lt":
          return order < 0;
        case "lte":
          return order <= 0;
      }
      break;
    }
    case "in": {
      const value = scalarOf(condition.ref, valueAt(condition.ref, row), condition.as);
      const list = resolveOperand(condition.operand, bindings as never, condition.ref.field) as Json[];
      if (value === null) return false;
      return list.some((item) => compareValues(condition.ref.field, value, item) === 0) !== condition.negated;
    }
    case "text": {
      const value = scalarOf(condition.ref, valueAt(condition.ref, row), condition.ref.path ? "string" : undefined);
      const operand = resolveOperand(condition.operand, bindings as never) as Json;
      if (typeof value !== "string" || typeof operand !== "string") return false;
      const { folding } = condition;
      const [text, part] = folding ? [foldText(value, folding), foldText(operand, folding)] : [value, operand];
      return TEXT_TESTS[condition.op](text, part);
    }
    case "list": {
      const value = valueAt(condition.ref, row);
      const operand = resolveOperand(condition.operand, bindings as never) as Json;
      if (!Array.isArray(value) || operand === null) return false;
      return LIST_TESTS[condition.op](value, Array.isArray(operand) ? operand : [operand]);
    }
    case "some": {
      const { relation, where } = condition;
      if (!related) throw new Error(`a condition through ${relation.field.name} cannot be decided from one row`);
      const seen = (other: JsonObject): boolean => evaluate(relation.policy.where, other, bindings, related);
      return related(relation, row).some((other) => seen(other) && evaluate(where, other, bindings, related));
    }
  }
}

function valueAt(ref: FieldRef, row: JsonObject): Json {
  if (ref.through) throw new Error(`${ref.field.name} is reached through relations and cannot be read from one row`);
  const start: Json | undefined = ref.field === DOCUMENT_FIELD ? row : row[ref.field.name];
  let value: Json | undefined = start;
  for (const key of ref.path ?? []) {
    if (typeof key === "number") {
      if (!Array.isArray(value)) return null;
      value = value.at(key);
      continue;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return null;
    value = value[key];
  }
  return value ?? null;
}

/** Inside JSON, only values of the requested kind count. */
function scalarOf(ref: FieldRef, value: Json, as: string | undefined): Json {
  if (!ref.path) return value;
  return typeof value === (as ?? "string") ? value : null;
}

const TEXT_TESTS: Record<TextOp, (text: string, part: string) => boolean> = {
  equals: (text, part) => text === part,
  contains: (text, part) => text.includes(part),
  starts_with: (text, part) => text.startsWith(part),
  ends_with: (text, part) => text.endsWith(part),
  like: matchesLike,
  regex: matchesRegex,
};

const LIST_TESTS: Record<ListOp, (list: readonly Json[], wanted: readonly Json[]) => boolean> = {
  contains: (list, wanted) => wanted.every((item) => list.includes(item)),
  overlaps: (list, wanted) => wanted.some((item) => list.includes(item)),
  contained_in: (list, wanted) => list.every((item) => wanted.includes(item)),
};

function isEmpty(value: Json): boolean {
  if (value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}
