import { invalid } from "../errors.ts";
import { excerpt } from "../excerpt.ts";
import type { Field } from "../fields/field.ts";
import { isJson, isReference, isVirtual } from "../fields/index.ts";
import { isObject, type Json } from "../json.ts";
import { OWNER, stepFrom } from "../profiles.ts";
import type { Collection } from "../schema.ts";
import { OPERATORS, OperatorParser, requireBoolean } from "./filter-operators.ts";
import { isForeignOperator, noSuchOperator } from "./operator-names.ts";
import { advance, type PathBudget, START } from "./path-budget.ts";
import {
  ALWAYS,
  and,
  type Condition,
  type FieldRef,
  type FieldValue,
  fieldPolicyOf,
  not,
  or,
  type PathStep,
  type ReadPolicy,
  type RelationRef,
} from "./query.ts";
import {
  checkPathSegment,
  DOCUMENT_FIELD,
  type FilterContext,
  MAX_JSON_PATH,
  nameOf,
  parseRelatedAggregate,
  pathSteps,
  unknownField,
} from "./reference.ts";
import { isValueObject, lookup } from "./variables.ts";

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

const COMBINATORS: Record<string, "and" | "or" | "not"> = {
  $and: "and",
  _and: "and",
  $or: "or",
  _or: "or",
  $not: "not",
  _not: "not",
};

export class FilterParser {
  readonly #operators: OperatorParser;

  constructor(
    private readonly context: FilterContext,
    readonly values: FieldValue[] = [],
  ) {
    this.#operators = new OperatorParser(context, values);
  }

  parse(collection: Collection, filter: Json, path = "filter"): ParsedFilter {
    const { shape } = this.#operators;
    shape.length = 0;
    const condition = this.#object(collection, filter, path, 0, START);
    return { condition, shape: shape.join("") };
  }

  #object(collection: Collection, filter: Json, path: string, depth: number, budget: PathBudget): Condition {
    if (depth > MAX_DEPTH) {
      throw invalid(path, `conditions may be nested at most ${MAX_DEPTH} levels deep`, "LIMIT_EXCEEDED");
    }
    if (!isObject(filter)) throw invalid(path, 'expected an object such as {"field": {"_eq": 1}}');
    const parts: Condition[] = [];
    this.#operators.shape.push("{");
    for (const key of Object.keys(filter)) {
      parts.push(this.#member(collection, key, filter[key]!, `${path}.${key}`, depth, budget));
    }
    this.#operators.shape.push("}");
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
      this.#operators.shape.push(key, ":");
      return this.#operators.parse(ref, value, path);
    }
    return this.#field(collection, pathSteps(key, path), value, path, depth, budget);
  }

  #combine(
    collection: Collection,
    kind: "and" | "or" | "not",
    value: Json,
    path: string,
    depth: number,
    budget: PathBudget,
  ) {
    this.#operators.shape.push(kind, "[");
    const list = Array.isArray(value) ? value : [value];
    if (kind !== "not" && !Array.isArray(value)) throw invalid(path, "expected a list of conditions");
    const parts = list.map((item, i) =>
      this.#object(collection, item, Array.isArray(value) ? `${path}.${i}` : path, depth + 1, budget),
    );
    this.#operators.shape.push("]");
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
    const follows = segments.length > 1 || isNestedPath(value);
    const step = stepFrom(collection, name);
    const isText = name === OWNER.name ? segments.length === 1 : !follows;
    const field = step === OWNER && isText ? collection.byName.get(OWNER.name) : step;
    if (field || collection.kind === "document") this.context.visible?.(collection, field?.name ?? name, path);
    if (field && (isVirtual(field) || (isReference(field) && follows))) {
      const further = advance(budget, field, path, this.context.stored);
      return this.#through(collection, field, segments.slice(1), value, path, depth, further);
    }
    if (field && !isJson(field)) {
      if (segments.length > 1)
        throw invalid(path, `${name} is not a relation, so a path cannot go through it`, "UNKNOWN_FIELD");
      return this.#operators.parse({ field }, value, path);
    }
    if (field) return this.#json({ field, path: segments.slice(1) }, value, path, depth);
    if (collection.kind !== "document")
      throw unknownField(collection, name, path, this.context.known?.(collection), Object.keys(COMBINATORS));
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
    this.#operators.shape.push(field.name, ">");
    if (rest.length === 0) return this.#related(relation, value, path, depth + 1, budget);
    // A path that ends in a test for null also matches without any visible related item.
    const where = this.#field(relation.target, rest, value, path, depth + 1, budget);
    return asksForNull(value) ? not({ kind: "some", relation, where: not(where) }) : { kind: "some", relation, where };
  }

  /** A condition on the related items: that there are any, their ids, or what holds for some of them. */
  #related(relation: RelationRef, value: Json, path: string, depth: number, budget: PathBudget): Condition {
    const some = (where: Condition): Condition => ({ kind: "some", relation, where });
    if (value === null) {
      this.#operators.shape.push("null;");
      return not(some(ALWAYS));
    }
    const id: FieldRef = { field: relation.target.byName.get("id")! };
    if (!isObject(value)) return some(this.#operators.parse(id, value, path));
    const keys = Object.keys(value);
    // What adds nothing would look as if the next part of the filter belonged to it.
    if (keys.length === 0) this.#operators.shape.push("any;");
    const parts = keys.map((key) => {
      const at = `${path}.${key}`;
      const inner = value[key]!;
      this.#operators.shape.push(key, "(");
      if (key === "_some") return some(this.#object(relation.target, inner, at, depth, budget));
      if (key === "_none") return not(some(this.#object(relation.target, inner, at, depth, budget)));
      if (key === "_every") return not(some(not(this.#object(relation.target, inner, at, depth, budget))));
      if (key === "_null" || key === "_empty")
        return requireBoolean(inner, at) === this.#operators.note(inner) ? not(some(ALWAYS)) : some(ALWAYS);
      if (isOperator(key) && !lookup(COMBINATORS, key)) return some(this.#operators.parse(id, { [key]: inner }, path));
      return undefined;
    });
    const nested = keys.filter((_, i) => parts[i] === undefined);
    const conditions = parts.filter((part) => part !== undefined);
    if (nested.length === 0) return conditions.length > 0 ? and(...conditions) : some(ALWAYS);
    const rest = Object.fromEntries(nested.map((key) => [key, value[key]!]));
    return and(...conditions, some(this.#object(relation.target, rest, path, depth, budget)));
  }

  #json(ref: FieldRef, value: Json, path: string, depth: number): Condition {
    if (isObject(value) && Object.keys(value).length > 0 && !Object.keys(value).some(isOperator)) {
      if (depth > MAX_DEPTH) throw invalid(path, "is nested too deeply", "LIMIT_EXCEEDED");
      if (isValueObject(value)) return this.#operators.parse(ref, value, path);
      for (const key of Object.keys(value)) this.#requireKey(ref, key, value[key]!, `${path}.${key}`);
      return and(
        ...Object.keys(value).map((key) =>
          this.#json(
            { field: ref.field, path: [...(ref.path ?? []), ...pathSteps(key, `${path}.${key}`)] },
            value[key]!,
            `${path}.${key}`,
            depth + 1,
          ),
        ),
      );
    }
    for (const segment of ref.path ?? []) checkPathSegment(segment, path);
    if ((ref.path ?? []).length > MAX_JSON_PATH) throw invalid(path, "the path is too long", "LIMIT_EXCEEDED");
    return this.#operators.parse(ref, value, path);
  }

  /** As a key inside JSON it would find nothing, without a word. */
  #requireKey(ref: FieldRef, key: string, value: Json, at: string): void {
    if (this.context.stored || !isForeignOperator(key, OPERATORS)) return;
    const whole = nameOf({ ...ref, path: [...(ref.path ?? []), key] });
    const unknown = noSuchOperator(key, nameOf(ref), value, OPERATORS);
    throw invalid(at, `${unknown}; for a key write ${excerpt(whole)}`, "UNKNOWN_OPERATOR");
  }
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

/** Fields that a caller may not see cannot be used in filters either. Throws `FIELD_FORBIDDEN`. */
export function requireVisible(policy: ReadPolicy, field: string, path: string): void {
  if (fieldPolicyOf(policy, field) === undefined) {
    throw invalid(path, `you may not read ${excerpt(field)}`, "FIELD_FORBIDDEN");
  }
}
