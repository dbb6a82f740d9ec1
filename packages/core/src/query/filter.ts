import { invalid } from "../errors.ts";
import {
  checkJson,
  coerceType,
  fieldType,
  isJson,
  isReference,
  isVirtual,
  type OperatorGroup,
  variableFits,
} from "../fields/index.ts";
import type { VariableName } from "../principal.ts";
import { type Collection, type Field, isObject, type Json } from "../schema.ts";
import { advance, type PathBudget, START } from "./path-budget.ts";
import {
  ALWAYS,
  and,
  type CompareOp,
  type Condition,
  type FieldRef,
  type FieldValue,
  fieldPolicyOf,
  type JsonKind,
  NEVER,
  not,
  type Operand,
  or,
  type PathStep,
  type ReadPolicy,
  type RelationRef,
  resultField,
  type TextOp,
} from "./query.ts";
import {
  checkPathSegment,
  DOCUMENT_FIELD,
  type FilterContext,
  MAX_JSON_PATH,
  parseRelatedAggregate,
  pathSteps,
  unknownField,
} from "./reference.ts";
import { isVariableObject, lookup, parseVariable } from "./variables.ts";

/**
 * The condition language of `filter`, rules and checks → condition tree.
 *
 * `{"year": {"_gte": 1990}, "$or": [{"genre": "Drama"}, {"director.name": {"_contains": "Hitch"}}]}`
 *
 * Strict: unknown names are refused by name. With the tree comes its shape, a text that is equal for equal trees except
 * for the values in slots.
 */

export interface ParsedFilter {
  readonly condition: Condition;
  readonly shape: string;
}

const MAX_DEPTH = 32;
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
const COMBINATORS: Record<string, "and" | "or" | "not"> = {
  $and: "and",
  _and: "and",
  $or: "or",
  _or: "or",
  $not: "not",
  _not: "not",
};

export class FilterParser {
  readonly values: FieldValue[];
  #shape: string[] = [];
  #conditions = 0;

  constructor(
    private readonly context: FilterContext,
    values: FieldValue[] = [],
  ) {
    this.values = values;
  }

  parse(collection: Collection, filter: Json, path = "filter"): ParsedFilter {
    this.#shape = [];
    const condition = this.#object(collection, filter, path, 0, START);
    return { condition, shape: this.#shape.join("") };
  }

  #object(collection: Collection, filter: Json, path: string, depth: number, budget: PathBudget): Condition {
    if (depth > MAX_DEPTH) {
      throw invalid(path.slice(0, 200), `conditions may be nested at most ${MAX_DEPTH} levels deep`, "LIMIT_EXCEEDED");
    }
    if (!isObject(filter)) throw invalid(path, 'expected an object such as {"field": {"_eq": 1}}');
    const parts: Condition[] = [];
    this.#shape.push("{");
    for (const key of Object.keys(filter)) {
      parts.push(this.#member(collection, key, filter[key]!, `${path}.${key}`, depth, budget));
    }
    this.#shape.push("}");
    return and(...parts);
  }

  #member(
    collection: Collection,
    key: string,
    value: Json,
    path: string,
    depth: number,
    budget: PathBudget,
  ): Condition {
    const combinator = lookup(COMBINATORS, key);
    if (combinator) return this.#combine(collection, combinator, value, path, depth, budget);
    const ref = parseRelatedAggregate(collection, key, path, this.context, budget);
    if (ref) {
      this.#shape.push(key, ":");
      return this.#operators(ref, value, path);
    }
    return this.#field(collection, pathSteps(key), value, path, depth, budget);
  }

  #combine(
    collection: Collection,
    kind: "and" | "or" | "not",
    value: Json,
    path: string,
    depth: number,
    budget: PathBudget,
  ) {
    this.#shape.push(kind, "[");
    const list = Array.isArray(value) ? value : [value];
    if (kind !== "not" && !Array.isArray(value)) throw invalid(path, "expected a list of conditions");
    const parts = list.map((item, i) =>
      this.#object(collection, item, Array.isArray(value) ? `${path}.${i}` : path, depth + 1, budget),
    );
    this.#shape.push("]");
    if (kind === "and") return and(...parts);
    if (kind === "or") return or(...parts);
    return not(and(...parts));
  }

  /** `segments` is the rest of the dotted name; `value` is an operator object, a nested path or a bare value. */
  #field(
    collection: Collection,
    segments: PathStep[],
    value: Json,
    path: string,
    depth: number,
    budget: PathBudget,
  ): Condition {
    const name = String(segments[0]!);
    const field = collection.byName.get(name);
    if (field || collection.kind === "document") this.context.visible?.(collection, name, path);
    if (field && (isVirtual(field) || (isReference(field) && (segments.length > 1 || isNestedPath(value))))) {
      const further = advance(budget, field, path, this.context.stored);
      return this.#through(collection, field, segments.slice(1), value, path, depth, further);
    }
    if (field && !isJson(field)) {
      if (segments.length > 1)
        throw invalid(path, `${name} is not a relation, so a path cannot go through it`, "UNKNOWN_FIELD");
      return this.#operators({ field }, value, path);
    }
    if (field) return this.#json({ field, path: segments.slice(1) }, value, path, depth);
    if (collection.kind !== "document") throw unknownField(collection, name, path, this.context.known?.(collection));
    return this.#json({ field: DOCUMENT_FIELD, path: segments }, value, path, depth);
  }

  #through(
    collection: Collection,
    field: Field,
    rest: PathStep[],
    value: Json,
    path: string,
    depth: number,
    budget: PathBudget,
  ): Condition {
    const relation = this.context.relation(collection, field, path);
    this.#shape.push(field.name, ">");
    if (rest.length === 0) return this.#related(relation, value, path, depth + 1, budget);
    // A path that ends in a test for null also matches without any visible related item.
    const where = this.#field(relation.target, rest, value, path, depth + 1, budget);
    return asksForNull(value) ? not({ kind: "some", relation, where: not(where) }) : { kind: "some", relation, where };
  }

  /** A condition on the related items: that there are any, their ids, or what holds for some of them. */
  #related(relation: RelationRef, value: Json, path: string, depth: number, budget: PathBudget): Condition {
    const some = (where: Condition): Condition => ({ kind: "some", relation, where });
    if (value === null) return not(some(ALWAYS));
    const id: FieldRef = { field: relation.target.byName.get("id")! };
    if (!isObject(value)) return some(this.#operators(id, value, path));
    const parts = Object.keys(value).map((key) => {
      const at = `${path}.${key}`;
      const inner = value[key]!;
      this.#shape.push(key, "(");
      if (key === "_some") return some(this.#object(relation.target, inner, at, depth, budget));
      if (key === "_none") return not(some(this.#object(relation.target, inner, at, depth, budget)));
      if (key === "_every") return not(some(not(this.#object(relation.target, inner, at, depth, budget))));
      if (key === "_null" || key === "_empty")
        return flag(inner, at) === this.#note(inner) ? not(some(ALWAYS)) : some(ALWAYS);
      if (isOperator(key) && !lookup(COMBINATORS, key)) return some(this.#operators(id, { [key]: inner }, path));
      return undefined;
    });
    const nested = Object.keys(value).filter((_, i) => parts[i] === undefined);
    const conditions = parts.filter((part) => part !== undefined);
    if (nested.length === 0) return conditions.length > 0 ? and(...conditions) : some(ALWAYS);
    const rest = Object.fromEntries(nested.map((key) => [key, value[key]!]));
    return and(...conditions, some(this.#object(relation.target, rest, path, depth, budget)));
  }

  #json(ref: FieldRef, value: Json, path: string, depth: number): Condition {
    if (isObject(value) && Object.keys(value).length > 0 && !Object.keys(value).some(isOperator)) {
      if (depth > MAX_DEPTH) throw invalid(path.slice(0, 200), "is nested too deeply", "LIMIT_EXCEEDED");
      if (isVariableObject(value)) return this.#operators(ref, value, path);
      return and(
        ...Object.keys(value).map((key) =>
          this.#json(
            { field: ref.field, path: [...(ref.path ?? []), ...pathSteps(key)] },
            value[key]!,
            `${path}.${key}`,
            depth + 1,
          ),
        ),
      );
    }
    for (const segment of ref.path ?? []) checkPathSegment(segment, path);
    if ((ref.path ?? []).length > MAX_JSON_PATH) throw invalid(path, "the path is too long", "LIMIT_EXCEEDED");
    return this.#operators(ref, value, path);
  }

  #operators(ref: FieldRef, value: Json, path: string): Condition {
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
    this.#shape.push(ref.field.name, ref.path ? JSON.stringify(ref.path) : "", op);
    const compare = lookup(COMPARE, op);
    if (compare) return this.#compare(ref, compare, value, path);
    const text = lookup(TEXT, op);
    if (text) return this.#text(ref, text, value, path);
    switch (op) {
      case "_null":
        return flag(value, path) === this.#note(value) ? { kind: "null", ref } : not({ kind: "null", ref });
      case "_empty":
        return flag(value, path) === this.#note(value) ? { kind: "empty", ref } : not({ kind: "empty", ref });
      case "_nempty":
        return flag(value, path) === this.#note(value) ? not({ kind: "empty", ref }) : { kind: "empty", ref };
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
  #note(value: Json): true {
    this.#shape.push(String(value), ";");
    return true;
  }

  #compare(ref: FieldRef, op: CompareOp, value: Json, path: string): Condition {
    if (value === null) {
      if (op !== "eq" && op !== "neq") throw invalid(path, "null cannot be compared by order; use _null");
      this.#shape.push("null;");
      return op === "eq" ? { kind: "null", ref } : not({ kind: "null", ref });
    }
    requirePath(ref, path);
    if (op !== "eq" && op !== "neq") requireOperator(ref, "order", ", which has no order", path);
    const { operand, as } = this.#operand(ref, value, path);
    if (as === "boolean" && op !== "eq" && op !== "neq")
      throw invalid(path, "true and false cannot be compared by order");
    if (ref.path && op === "neq") return differs(ref, { kind: "compare", ref, op: "eq", operand, ...(as && { as }) });
    return { kind: "compare", ref, op, operand, ...(as && { as }) };
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
      this.#shape.push(value as string, ";");
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
    if (value.length === 0) {
      this.#shape.push("[];");
      return negated ? ALWAYS : NEVER;
    }
    if (value.some((v) => v === null)) throw invalid(path, "null cannot be in the list; use _null");
    // A list is bound as one value, so its length does not make another plan; variables in it would.
    const groups = new Map<JsonKind | undefined, (string | number | boolean)[]>();
    value.forEach((item, i) => {
      const at = `${path}.${i}`;
      if (typeof item === "string" && parseVariable(item, at)) throw invalid(at, "a variable cannot be in a list");
      const { typed, as } = this.#literal(ref, item, at);
      const group = groups.get(as);
      if (group) group.push(typed as string);
      else groups.set(as, [typed as string]);
    });
    const parts = [...groups].map(([as, list]): Condition => {
      this.#shape.push(as ?? "", "*");
      return { kind: "in", ref, negated: negated && !ref.path, operand: this.#slot(list), ...(as && { as }) };
    });
    return negated && ref.path ? differs(ref, or(...parts)) : or(...parts);
  }

  #operand(ref: FieldRef, value: Json, path: string): { operand: Operand; as?: JsonKind } {
    const variable = parseVariable(value, path);
    if (variable) {
      if (variable.variable === "user.roles") throw invalid(path, "$user.roles is a list; use _in");
      requireFitting(ref, variable.variable, path);
      this.#shape.push(JSON.stringify(value), ";");
      return { operand: variable, ...(ref.path && { as: "string" as const }) };
    }
    const { typed, as } = this.#literal(ref, value, path);
    this.#shape.push(as ?? "", "?");
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
    if (this.context.mode === "inline") {
      this.#shape.push(JSON.stringify(value), ";");
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

function isOperator(key: string): boolean {
  return key.startsWith("_");
}

function isNestedPath(value: Json): boolean {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && !keys.every((key) => isOperator(key) && !lookup(COMBINATORS, key));
}

function asksForNull(value: Json): boolean {
  if (value === null) return true;
  if (!isObject(value)) return false;
  return value._null === true || value._empty === true || value._nempty === false || value._eq === null;
}

function flag(value: Json, path: string): boolean {
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

/** Fields that a caller may not see cannot be used in filters either. Throws `FIELD_FORBIDDEN`. */
export function requireVisible(policy: ReadPolicy, field: string, path: string): void {
  if (fieldPolicyOf(policy, field) === undefined) {
    throw invalid(path, `you may not read ${field}`, "FIELD_FORBIDDEN");
  }
}
