import { invalid } from "../errors.ts";
import { excerptOf } from "../excerpt.ts";
import { fieldType, isJson, type OperatorGroup } from "../fields/index.ts";
import { isObject, type Json } from "../json.ts";
import { isListVariable } from "../principal.ts";
import { MAX_LIST, OperandParser, requireFitting } from "./filter-operands.ts";
import { plainValue } from "./literal.ts";
import { noSuchOperator } from "./operator-names.ts";
import {
  and,
  type CompareOp,
  type Condition,
  type FieldRef,
  type FieldValue,
  type JsonKind,
  type ListOp,
  NEVER,
  not,
  or,
  resultField,
  type TextOp,
  type VariableOperand,
} from "./query.ts";
import { type FilterContext, nameOf } from "./reference.ts";
import type { Folding } from "./text-folding.ts";
import { isValueObject, lookup, parseVariable } from "./variables.ts";

const MAX_CONDITIONS = 250;

const COMPARE: Record<string, CompareOp> = {
  _eq: "eq",
  _neq: "neq",
  _gt: "gt",
  _gte: "gte",
  _lt: "lt",
  _lte: "lte",
};
const TEXT: Record<string, readonly [TextOp, Folding?]> = {
  _contains: ["contains"],
  _starts_with: ["starts_with"],
  _ends_with: ["ends_with"],
  _ieq: ["equals", "case"],
  _icontains: ["contains", "case"],
  _istarts_with: ["starts_with", "case"],
  _iends_with: ["ends_with", "case"],
  _like: ["like"],
  _ilike: ["like", "case"],
  _regex: ["regex"],
  _unaccent_eq: ["equals", "accents"],
  _unaccent_contains: ["contains", "accents"],
  _unaccent_starts_with: ["starts_with", "accents"],
  _unaccent_ends_with: ["ends_with", "accents"],
};
const LISTS: Record<string, ListOp> = {
  _contains: "contains",
  _overlaps: "overlaps",
  _contained_in: "contained_in",
};
export const OPERATORS: readonly string[] = [
  ...Object.keys(COMPARE),
  "_in",
  "_nin",
  "_between",
  "_null",
  "_empty",
  "_nempty",
  ...new Set([...Object.keys(TEXT), ...Object.keys(LISTS)]),
];

/** Operators on one field or path and their values: the leaves of a filter. */
export class OperatorParser {
  /** Every part of the filter adds to it, in the order of the text. */
  readonly shape: string[] = [];
  readonly #operands: OperandParser;
  #conditions = 0;

  constructor(
    private readonly context: Pick<FilterContext, "mode" | "stored">,
    values: FieldValue[],
  ) {
    this.#operands = new OperandParser(context, this.shape, values);
  }

  /** A bare value, null, or an object of operators and their values. */
  parse(ref: FieldRef, value: Json, path: string): Condition {
    if (value === null) return this.#leaf(ref, "_null", true, path);
    if (Array.isArray(value)) throw invalid(path, 'a list needs an operator: {"_in": […]}');
    if (!isObject(value) || isValueObject(value)) return this.#leaf(ref, "_eq", value, path);
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
    const list = isJson(resultField(ref)) ? lookup(LISTS, op) : undefined;
    if (list) return this.#list(ref, list, value, path);
    const text = lookup(TEXT, op);
    if (text) return this.#text(ref, text, value, path);
    switch (op) {
      case "_null":
        return requireBoolean(value, path) === this.note(value) ? { kind: "null", ref } : not({ kind: "null", ref });
      case "_empty":
        return requireBoolean(value, path) === this.note(value) ? { kind: "empty", ref } : not({ kind: "empty", ref });
      case "_nempty":
        return requireBoolean(value, path) === this.note(value) ? not({ kind: "empty", ref }) : { kind: "empty", ref };
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
      case "_overlaps":
      case "_contained_in":
        throw invalid(
          path,
          `${ref.field.name} has the type ${ref.field.type}, and ${op} is for lists in JSON; use _in`,
          "UNKNOWN_OPERATOR",
        );
      default:
        throw invalid(path, noSuchOperator(op, nameOf(ref), value, OPERATORS), "UNKNOWN_OPERATOR");
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
    const { operand, as } = this.#operands.operand(ref, value, path);
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
    return {
      kind: "compare",
      ref,
      op: op === "lt" || op === "lte" ? "lte" : "gt",
      operand: this.#operands.slot(floor),
    };
  }

  #text(ref: FieldRef, [op, folding]: readonly [TextOp, Folding?], value: Json, path: string): Condition {
    requirePath(ref, path);
    requireOperator(ref, "text", ", and this operator is for texts", path);
    const isPattern = op === "like" || op === "regex";
    const { operand, as } = isPattern
      ? this.#operands.pattern(op, value, folding, path)
      : this.#operands.operand(ref, value, path);
    if (as && as !== "string") throw invalid(path, "expected a text");
    return { kind: "text", ref, op, ...(folding && { folding }), operand };
  }

  /** A list in JSON, compared with a list of scalars. Where `_contains` has one text, the value may also be a text. */
  #list(ref: FieldRef, op: ListOp, given: Json, path: string): Condition {
    const variable = parseVariable(given, path, this.context);
    const value = plainValue(given);
    if ((variable && (variable.claim || isListVariable(variable.variable))) || Array.isArray(value)) {
      this.shape.push("list;");
      return {
        kind: "list",
        ref,
        op,
        operand: variable ? this.#operands.variable(value, asList(variable)) : this.#operands.scalars(value, path),
      };
    }
    if (op !== "contains") throw invalid(path, "expected a list of texts, numbers and booleans");
    if (variable) {
      const operand = this.#operands.variable(value, variable);
      return or({ kind: "text", ref, op, operand }, { kind: "list", ref, op, operand });
    }
    const operand = this.#operands.scalars(given, path);
    if (typeof value !== "string") return { kind: "list", ref, op, operand };
    this.shape.push("text;");
    return or({ kind: "text", ref, op, operand: this.#operands.slot(value) }, { kind: "list", ref, op, operand });
  }

  #in(ref: FieldRef, negated: boolean, value: Json, path: string): Condition {
    requirePath(ref, path);
    const variable = typeof value === "string" ? parseVariable(value, path, this.context) : undefined;
    if (variable) {
      if (!variable.claim && !isListVariable(variable.variable))
        throw invalid(path, "only $user.roles, $user.orgs and $user.claims.<name> are lists");
      requireFitting(ref, variable.variable, path);
      this.shape.push(value as string, ";");
      const member: Condition = {
        kind: "in",
        ref,
        negated: negated && !ref.path,
        operand: ref.path && variable.claim ? { ...asList(variable), text: true } : asList(variable),
        ...(ref.path && { as: "string" as const }),
      };
      return negated && ref.path ? differs(ref, member) : member;
    }
    if (!Array.isArray(value)) throw invalid(path, `expected a list, got ${excerptOf(value)}`);
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
      if (typeof item === "string" && parseVariable(item, at, this.context))
        throw invalid(at, "a variable cannot be in a list");
      const { typed, as } = this.#operands.literal(ref, item, at);
      const group = groups.get(as);
      if (group) group.push(typed as string);
      else groups.set(as, [typed as string]);
    });
    const parts = [...groups].map(([as, list]): Condition => {
      this.shape.push(as ?? "", "*");
      return { kind: "in", ref, negated: negated && !ref.path, operand: this.#operands.slot(list), ...(as && { as }) };
    });
    return negated && ref.path ? differs(ref, or(...parts)) : or(...parts);
  }
}

/** Inside JSON, "not equal" applies to every present value, whatever its kind. */
function differs(ref: FieldRef, equal: Condition): Condition {
  return and(not({ kind: "null", ref }), not(equal));
}

export function requireBoolean(value: Json, path: string): boolean {
  if (typeof value !== "boolean") throw invalid(path, `expected true or false, got ${excerptOf(value)}`);
  return value;
}

/** JSON is only compared by the value at a path. */
function requirePath(ref: FieldRef, path: string): void {
  if (isJson(resultField(ref)) && !ref.path?.length)
    throw invalid(
      path,
      `name a path inside ${ref.field.name}; the whole value cannot be compared, only the members of a list by _contains, _overlaps and _contained_in`,
    );
}

function requireOperator(ref: FieldRef, group: OperatorGroup, why: string, path: string): void {
  const field = resultField(ref);
  if (ref.path || fieldType(field).operators.includes(group)) return;
  throw invalid(path, `${ref.field.name} has the type ${field.type}${why}`, "UNKNOWN_OPERATOR");
}

/** `$user.roles` always is one. */
function asList(variable: VariableOperand): VariableOperand {
  return variable.claim ? { ...variable, list: true } : variable;
}
