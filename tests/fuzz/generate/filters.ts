import {
  advance,
  type CollectionDefinition,
  type Field,
  type FieldType,
  isVirtual,
  type Json,
  type JsonObject,
  type PathBudget,
  START,
} from "@plinth/core";
import { collectionOf, fieldsOf, listsOf, type Model, relationsOf, someId } from "./model.ts";
import { JSON_KEYS, jsonScalar, someValue } from "./values.ts";

const EQUALITY = ["_eq", "_neq", "_null"] as const;
const ORDER = ["_gt", "_gte", "_lt", "_lte", "_between"] as const;
const MEMBERSHIP = ["_in", "_nin"] as const;
const TEXT = [
  ...["_contains", "_starts_with", "_ends_with", "_ieq", "_icontains", "_istarts_with", "_iends_with"],
  ...["_unaccent_eq", "_unaccent_contains", "_unaccent_starts_with", "_unaccent_ends_with"],
] as const;
const LIKE = ["_like", "_ilike"] as const;
const LISTS = ["_contains", "_overlaps", "_contained_in"] as const;
const EMPTY = ["_empty", "_nempty"] as const;
const LIKE_PARTS = ["%", "%", "_", "a", "A", "ä", "É", "Σ", "ß", "\\\\", "\\%", "[", "*", "1"];
const TEXTUAL: readonly FieldType[] = ["text", "longtext", "enum"];
const UNORDERED: readonly FieldType[] = ["boolean", "relation"];

/** A condition on a collection: any field, any operator that suits it, through relations, combined a few levels deep. */
export function filterOf(model: Model, definition: CollectionDefinition, depth = 3, budget = START): JsonObject {
  const { random } = model;
  const inner = (): JsonObject => filterOf(model, definition, depth - 1, budget);
  const lists = listsOf(definition).filter((field) => onward(budget, field));
  const relations = relationsOf(definition).filter((field) => onward(budget, field));
  const below = depth > 0 ? 1 : 0;
  return random.weighted<JsonObject>([
    [below, () => ({ [random.pick(["$and", "_and"])]: random.times(random.int(0, 3), inner) })],
    [below, () => ({ [random.pick(["$or", "_or"])]: random.times(random.int(0, 3), inner) })],
    [below, () => ({ [random.pick(["$not", "_not"])]: inner() })],
    [below, () => ({ ...inner(), ...inner() })],
    [below && relations.length > 0 ? 1.5 : 0, () => throughOne(model, random.pick(relations), depth - 1, budget)],
    [below && lists.length > 0 ? 2 : 0, () => throughList(model, random.pick(lists), depth - 1, budget)],
    [lists.length > 0 ? 1 : 0, () => aggregateFilter(model, definition, budget)],
    [5, () => leaf(model, definition)],
  ]);
}

/** Where a path may go on by this field: what would be refused finds nothing out. */
function onward(budget: PathBudget, field: Field): PathBudget | undefined {
  try {
    return advance(budget, field, "");
  } catch {
    return undefined;
  }
}

function leaf(model: Model, definition: CollectionDefinition): JsonObject {
  const { random } = model;
  if (definition.kind === "document" && random.chance(0.8)) return jsonLeaf(model, undefined);
  const field = random.pick(fieldsOf(definition).filter((one) => !isVirtual(one)));
  if (field.type === "json" && random.chance(0.85)) return jsonLeaf(model, field.name);
  return { [field.name]: operatorsOf(model, field) };
}

function operatorsOf(model: Model, field: Field): Json {
  const { random } = model;
  if (random.chance(0.05)) return null;
  if (random.chance(0.1)) return operand(model, field);
  const operator = random.pick<string>([
    ...EQUALITY,
    ...(UNORDERED.includes(field.type) ? [] : ORDER),
    ...MEMBERSHIP,
    ...(TEXTUAL.includes(field.type) ? [...TEXT, ...LIKE, ...EMPTY] : []),
    ...(random.chance(0.1) ? EMPTY : []),
  ]);
  return { [operator]: operandsOf(model, operator, () => operand(model, field)) };
}

function operandsOf(model: Model, operator: string, value: () => Json): Json {
  const { random } = model;
  if (operator === "_null" || operator === "_empty" || operator === "_nempty") return random.chance(0.5);
  if (operator === "_between") return [value(), value()];
  if (operator === "_in" || operator === "_nin") return random.times(random.int(0, 4), value);
  if (operator === "_like" || operator === "_ilike")
    return random.times(random.int(0, 4), () => random.pick(LIKE_PARTS)).join("");
  return value();
}

function operand(model: Model, field: Field): Json {
  const { random } = model;
  if (field.name === "owner_id")
    return random.pick(["$user.id", "someone else", "00000000-0000-4000-8000-0000000a11ce"]);
  if (field.name === "id") return someId(model, random.pick([...model.ids.keys()]));
  if (field.name === "version") return random.int(0, 3);
  if (random.chance(0.04)) {
    const lasting: readonly Json[] = ["$user.id", "$user.email", "$workspace.id"];
    return random.pick(model.timeless ? lasting : [...lasting, "$now", { $now: { sub: { days: 40 } } }]);
  }
  if (field.type === "enum" && random.chance(0.2)) return random.pick(["purple", "blue", ""]);
  return someValue(model, field);
}

function jsonLeaf(model: Model, name: string | undefined): JsonObject {
  const { random } = model;
  const keys = random.times(random.int(1, 3), () => random.pick(JSON_KEYS));
  if (random.chance(0.2)) return listLeaf(model, name);
  const operator = random.pick<string>([...EQUALITY, ...ORDER, ...MEMBERSHIP, ...TEXT, ...LIKE, ...EMPTY]);
  const text = (TEXT as readonly string[]).includes(operator);
  const value = (): Json => (text ? random.pick(["", "a", "A", "ä", "1"]) : jsonScalar(model));
  const path = name === undefined ? keys : [name, ...keys];
  return { [path.join(".")]: random.chance(0.05) ? null : { [operator]: operandsOf(model, operator, value) } };
}

/** A test of a list; of a `json` field also as a whole. */
function listLeaf(model: Model, name: string | undefined): JsonObject {
  const { random } = model;
  const keys = random.times(random.int(name === undefined ? 1 : 0, 2), () => random.pick(JSON_KEYS));
  const path = name === undefined ? keys : [name, ...keys];
  const values = random.times(random.int(0, 3), () => jsonScalar(model));
  const operand: Json = random.chance(0.1) ? "$user.roles" : values.filter((value) => value !== null);
  const operator = random.pick(LISTS);
  const one = operator === "_contains" && random.chance(0.5);
  return { [path.join(".")]: { [operator]: one ? (jsonScalar(model) ?? "$user.email") : operand } };
}

/** `{"to1": {…}}` or `{"to1.f2": …}`. */
function throughOne(model: Model, field: Field, depth: number, budget: PathBudget): JsonObject {
  const inner = filterOf(model, collectionOf(model, field.to!), depth, onward(budget, field));
  return model.random.chance(0.5) ? dotted(field.name, inner) : { [field.name]: inner };
}

function throughList(model: Model, field: Field, depth: number, budget: PathBudget): JsonObject {
  const { random } = model;
  const inner = (): JsonObject => filterOf(model, collectionOf(model, field.to!), depth, onward(budget, field));
  return random.weighted<JsonObject>([
    [3, () => ({ [field.name]: { [random.pick(["_some", "_none", "_every"])]: inner() } })],
    [1, () => ({ [field.name]: { _some: inner(), _none: inner() } })],
    [1, () => ({ [field.name]: random.chance(0.5) ? null : { _null: random.chance(0.5) } })],
    [1, () => ({ [field.name]: { [random.pick(["_eq", "_neq"])]: someId(model, field.to!) } })],
    [1, () => ({ [field.name]: { [random.pick(["_in", "_nin"])]: random.times(2, () => someId(model, field.to!)) } })],
    [1, () => ({ [field.name]: inner() })],
    [1, () => dotted(field.name, inner())],
  ]);
}

/** Only plain names can be joined by dots. */
function dotted(name: string, inner: JsonObject): JsonObject {
  const [first, ...more] = Object.entries(inner);
  if (!first || more.length > 0 || !/^[a-z]/.test(first[0]) || first[0].includes("(")) return { [name]: inner };
  return { [`${name}.${first[0]}`]: first[1] };
}

function aggregateFilter(model: Model, definition: CollectionDefinition, budget: PathBudget): JsonObject {
  const aggregate = relatedAggregateOf(model, definition, budget);
  if (!aggregate) return {};
  if (aggregate.fn === "count") return { [aggregate.text]: operatorsOf(model, { name: "n", type: "integer" }) };
  return {
    [aggregate.text]: operatorsOf(model, aggregate.fn === "avg" ? { name: "n", type: "number" } : aggregate.field),
  };
}

/** `count(many)`, `max(to1.many.f2)`: undefined where the collection has no lists. */
export function relatedAggregateOf(
  model: Model,
  definition: CollectionDefinition,
  from = START,
): { text: string; fn: string; field: Field } | undefined {
  const { random } = model;
  const before: string[] = [];
  let at = definition;
  let budget = from;
  const relations = relationsOf(at).filter((field) => onward(budget, field));
  if (random.chance(0.25) && relations.length > 0) {
    const relation = random.pick(relations);
    before.push(relation.name);
    at = collectionOf(model, relation.to!);
    budget = onward(budget, relation)!;
  }
  const lists = listsOf(at).filter((field) => onward(budget, field));
  if (lists.length === 0) return undefined;
  const list = random.pick(lists);
  const path = [...before, list.name];
  const fields = fieldsOf(collectionOf(model, list.to!)).filter((field) => !isVirtual(field));
  const field = random.pick(fields);
  const numeric = field.type === "integer" || field.type === "decimal" || (field.type === "number" && model.tame);
  const ordered = !["boolean", "json", "uuid", "relation"].includes(field.type);
  if (random.chance(0.4) || (!numeric && !ordered)) return { text: `count(${path.join(".")})`, fn: "count", field };
  const fn = random.pick(numeric && model.tame ? ["sum", "avg", "min", "max"] : ["min", "max"]);
  return { text: `${fn}(${[...path, field.name].join(".")})`, fn, field };
}
