import { invalid } from "../errors.ts";
import { checkJson, coerceType, fieldType, isJson, type OperatorGroup, variableFits } from "../fields/index.ts";
import type { VariableName } from "../principal.ts";
import { isObject, type Json } from "../schema.ts";
import {
  and,
  type CompareOp,
  type Condition,
  type FieldRef,
  type FieldValue,
  type JsonKind,
  NEVER,
  not,
  type Operand,
  or,
  resultField,
  type TextOp,
} from "./query.ts";
import type { FilterContext } from "./reference.ts";
import { isVariableObject, lookup, parseVariable } from "./variables.ts";

const MAX_CONDITIONS = 250;
const MAX_LIST = 1000;

const COMPARE: Record<string, CompareOp> = {
  _eq: "eq",
  _neq: "neq",
  _gt: "gt",
  _gte: "gte",
  _lt: "lt",
  _lte: "lte",
};
const TEXT: Record<string, readonly [TextOp, boolean]> = {
  _contains: ["contains", false],
  _starts_with: ["starts_with", false],
  _ends_with: ["ends_with", false],
  _icontains: ["contains", true],
  _istarts_with: ["starts_with", true],
  _iends_with: ["ends_with", true],
};
export const OPERATORS: readonly string[] = [
  ...Object.keys(COMPARE),
  "_in",
  "_nin",
  "_between",
  "_null",
  "_empty",
  "_nempty",
  ...Object.keys(TEXT),
];
/** Operators on one field or path and their values: the leaves of a filter. */
export class OperatorParser {
  /** Every part of the filter adds to it, in the order of the text. */
  readonly shape: string[] = [];
  #conditions = 0;

  constructor(
    private readonly mode: FilterContext["mode"],
    readonly values: FieldValue[],
  ) {}

  /** A bare value, null, or an object of operators and their values. */
  parse(ref: FieldRef, value: Json, path: string): Condition {
    if (value === null) return this.#leaf(ref, "_null", true, path);
    if (Array.isArray(value)) throw invalid(path, 'a list needs an operator: {"_in": […]}');
    if (!isObject(value) || isVariableObject(value)) return this.#leaf(ref, "_eq", value, path);
    const keys = Object.keys(value);
    if (keys.length === 0) throw invalid(path, `expected an operator: ${OPERATORS.join(", ")}`);
    return and(...keys.map((op) => this.#leaf(ref, op, value[op]!, `${path}.${op}`)));
  }

  #leaf(ref: FieldRef, op: string, value: Json, path: string): Condition {
    if (++this.#conditions > MAX_CONDITIONS) {
      throw invalid("filter", `at most ${MAX_CONDITIONS} conditions are allowed`, "LIMIT_EXCEEDED");
    }
    this.shape.push(ref.field.name, ref.path ? JSON.stringify(ref.path) : "", op);
    const compare = lookup(COMPARE, op);
    if (compare) return this.#compare(ref, compare, value, path);
    const text = lookup(TEXT, op);
    if (text) return this.#text(ref, text, value, path);
    switch (op) {
      case "_null":
        return flag(value, path) === this.note(value) ? { kind: "null", ref } : not({ kind: "null", ref });
      case "_empty":
        return flag(value, path) === this.note(value) ? { kind: "empty", ref } : not({ kind: "empty", ref });
      case "_nempty":
        return flag(value, path) === this.note(value) ? not({ kind: "empty", ref }) : { kind: "empty", ref };
      case "_between": {
        if (!Array.isArray(value) || value.length !== 2) throw invalid(path, "expected [lowest, highest]");
        const low = this.#compare(ref, "gte", value[0]!, `${path}.0`);
        const high = this.#compare(ref, "lte", value[1]!, `${path}.1`);
        return and(low, high);
      }
      case "_in":
        return this.#in(ref, false, value, path);
      case "_nin":
        return this.#in(ref, true, value, path);
      default:
        throw invalid(path, `there is no operator ${op}; use one of ${OPERATORS.join(", ")}`, "UNKNOWN_OPERATOR");
    }
  }

  /** Adds a flag to the shape (it changes the tree) and returns true, to compare with. */
  note(value: Json): true {
    this.shape.push(String(value), ";");
    return true;
  }

  #compare(ref: FieldRef, op: CompareOp, value: Json, path: string): Condition {
    if (value === null) {
      if (op !== "eq" && op !== "neq") throw invalid(path, "null cannot be compared by order; use _null");
      this.shape.push("null;");
      return op === "eq" ? { kind: "null", ref } : not({ kind: "null", ref });
    }
    requirePath(ref, path);
    if (op !== "eq" && op !== "neq") requireOperator(ref, "order", ", which has no order", path);
    const floor = this.#floor(ref, value, path);
    if (floor !== undefined) return this.#compareBetween(ref, op, floor);
    const { operand, as } = this.#operand(ref, value, path);
    if (as === "boolean" && op !== "eq" && op !== "neq")
      throw invalid(path, "true and false cannot be compared by order");
    if (ref.path && op === "neq") return differs(ref, { kind: "compare", ref, op: "eq", operand, ...(as && { as }) });
    return { kind: "compare", ref, op, operand, ...(as && { as }) };
  }

  /** The value that the field can have below a finer one. */
  #floor(ref: FieldRef, value: Json, path: string): string | undefined {
    return ref.path ? undefined : fieldType(resultField(ref)).floor?.(value, path);
  }

  /** Compares with a value between two that the field can have: none is equal to it. */
  #compareBetween(ref: FieldRef, op: CompareOp, floor: string): Condition {
    this.shape.push("~");
    if (op === "eq") return NEVER;
    if (op === "neq") return not({ kind: "null", ref });
    return { kind: "compare", ref, op: op === "lt" || op === "lte" ? "lte" : "gt", operand: this.#slot(floor) };
  }

  #text(ref: FieldRef, [op, ignoreCase]: readonly [TextOp, boolean], value: Json, path: string): Condition {
    requirePath(ref, path);
    requireOperator(ref, "text", ", and this operator is for texts", path);
    const { operand, as } = this.#operand(ref, value, path);
    if (as && as !== "string") throw invalid(path, "expected a text");
    return { kind: "text", ref, op, ignoreCase, operand };
  }

  #in(ref: FieldRef, negated: boolean, value: Json, path: string): Condition {
    requirePath(ref, path);
    const variable = typeof value === "string" ? parseVariable(value, path) : undefined;
    if (variable) {
      if (variable.variable !== "user.roles") throw invalid(path, "only $user.roles is a list");
      requireFitting(ref, variable.variable, path);
      this.shape.push(value as string, ";");
      const member: Condition = {
        kind: "in",
        ref,
        negated: negated && !ref.path,
        operand: variable,
        ...(ref.path && { as: "string" as const }),
      };
      return negated && ref.path ? differs(ref, member) : member;
    }
    if (!Array.isArray(value)) throw invalid(path, "expected a list");
    if (value.length > MAX_LIST) throw invalid(path, `a list may hold at most ${MAX_LIST} values`, "LIMIT_EXCEEDED");
    const possible = value.filter((item, i) => this.#floor(ref, item, `${path}.${i}`) === undefined);
    if (possible.length === 0) {
      this.shape.push("[];");
      return negated ? not({ kind: "null", ref }) : NEVER;
    }
    if (value.some((v) => v === null)) throw invalid(path, "null cannot be in the list; use _null");
    // A list is bound as one value, so its length does not make another plan; variables in it would.
    const groups = new Map<JsonKind | undefined, (string | number | boolean)[]>();
    value.forEach((item, i) => {
      const at = `${path}.${i}`;
      if (!possible.includes(item)) return;
      if (typeof item === "string" && parseVariable(item, at)) throw invalid(at, "a variable cannot be in a list");
      const { typed, as } = this.#literal(ref, item, at);
      const group = groups.get(as);
      if (group) group.push(typed as string);
      else groups.set(as, [typed as string]);
    });
    const parts = [...groups].map(([as, list]): Condition => {
      this.shape.push(as ?? "", "*");
      return { kind: "in", ref, negated: negated && !ref.path, operand: this.#slot(list), ...(as && { as }) };
    });
    return negated && ref.path ? differs(ref, or(...parts)) : or(...parts);
  }

  #operand(ref: FieldRef, value: Json, path: string): { operand: Operand; as?: JsonKind } {
    const variable = parseVariable(value, path);
    if (variable) {
      if (variable.variable === "user.roles") throw invalid(path, "$user.roles is a list; use _in");
      requireFitting(ref, variable.variable, path);
      this.shape.push(JSON.stringify(value), ";");
      return { operand: variable, ...(ref.path && { as: "string" as const }) };
    }
    const { typed, as } = this.#literal(ref, value, path);
    this.shape.push(as ?? "", "?");
    return { operand: this.#slot(typed), ...(as && { as }) };
  }

  #literal(ref: FieldRef, value: Json, path: string): { typed: FieldValue; as?: JsonKind } {
    if (!ref.path) return { typed: coerceType(resultField(ref), value, path) };
    const as = typeof value;
    if (as !== "string" && as !== "number" && as !== "boolean")
      throw invalid(path, "expected a text, number or boolean");
    return { typed: checkJson(value, path), as };
  }

  #slot(value: FieldValue): Operand {
    if (this.mode === "inline") {
      this.shape.push(JSON.stringify(value), ";");
      return { value };
    }
    this.values.push(value);
    return { slot: this.values.length - 1 };
  }
}

/** Inside JSON, "not equal" applies to every present value, whatever its kind. */
function differs(ref: FieldRef, equal: Condition): Condition {
  return and(not({ kind: "null", ref }), not(equal));
}

export function flag(value: Json, path: string): boolean {
  if (typeof value !== "boolean") throw invalid(path, "expected true or false");
  return value;
}

/** JSON is only compared by the value at a path. */
function requirePath(ref: FieldRef, path: string): void {
  if (isJson(resultField(ref)) && !ref.path?.length)
    throw invalid(path, `name a path inside ${ref.field.name}; the whole value cannot be compared`);
}

function requireOperator(ref: FieldRef, group: OperatorGroup, why: string, path: string): void {
  const field = resultField(ref);
  if (ref.path || fieldType(field).operators.includes(group)) return;
  throw invalid(path, `${ref.field.name} has the type ${field.type}${why}`, "UNKNOWN_OPERATOR");
}

function requireFitting(ref: FieldRef, variable: VariableName, path: string): void {
  const field = resultField(ref);
  if (!ref.path && !variableFits(field, variable)) {
    throw invalid(path, `$${variable} cannot be compared with ${field.name}, whose type is ${field.type}`);
  }
}
