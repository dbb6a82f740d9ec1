import { type CollectionDefinition, type Field, type Json, type JsonObject, SYSTEM_FIELDS } from "@plinth/core";
import { type Model, newId, storedFields } from "./model.ts";
import { inputOf, JSON_KEYS, jsonOf, ODD_KEYS, objectOf, someValue } from "./values.ts";

/** Fills every collection, those that others point to first. */
export function fillWorld(model: Model): void {
  const { random } = model;
  for (const definition of model.collections.values()) {
    for (let left = random.int(3, 9); left > 0; ) {
      const count = Math.min(left, random.int(1, 3));
      const rows = random.times(count, () => newRow(model, definition));
      const body = count === 1 ? rows[0]! : rows;
      model.operations.push({ do: "create", as: "admin", collection: definition.slug, body });
      left -= count;
    }
  }
  model.noise = 0.01;
}

export function newRow(model: Model, definition: CollectionDefinition): JsonObject {
  const { random } = model;
  const { slug, kind } = definition;
  if (kind === "document") return { ...objectOf(model, 3), id: newId(model, slug) };
  const row: JsonObject = {};
  for (const field of storedFields(definition)) {
    if (!field.required && random.chance(0.2)) continue;
    const value = field.unique ? freshValue(model, slug, field) : inputOf(model, field);
    if (value !== undefined) row[field.name] = value;
  }
  // Only now, as a row may well point to itself but had better point to one that is there.
  row.id = newId(model, slug);
  if (random.chance(model.owned ?? 0.08)) row.owner_id = random.pick(OWNERS);
  return row;
}

const OWNERS = ["00000000-0000-4000-8000-0000000a11ce", "00000000-0000-4000-8000-000000000b0b", "someone else", null];

/** A value that no row has had; undefined where the pool is empty. */
function freshValue(model: Model, slug: string, field: Field) {
  const key = `${slug}.${field.name}`;
  const taken = model.taken.get(key) ?? new Set();
  model.taken.set(key, taken);
  for (let tries = 0; tries < 20; tries++) {
    const value = someValue(model, field);
    const spelled = JSON.stringify(value);
    if (taken.has(spelled) && !model.random.chance(0.03)) continue;
    taken.add(spelled);
    return value;
  }
  return undefined;
}

/** The body of a change: a few fields of a row, some of them as changes of what is there. */
export function patchOf(model: Model, definition: CollectionDefinition): JsonObject {
  const { random } = model;
  if (definition.kind === "document") return { ...objectOf(model, 2), ...documentChanges(model) };
  const fields = random.some(storedFields(definition), 0.4);
  if (random.chance(0.02)) fields.push(random.pick(Object.values(SYSTEM_FIELDS)));
  return Object.fromEntries(fields.map((field) => [field.name, changeOf(model, field)]));
}

function changeOf(model: Model, field: Field): Json {
  const { random } = model;
  const counts = field.type === "integer" || field.type === "decimal" || field.type === "number";
  if (counts && random.chance(0.4)) return { $inc: someValue(model, field) };
  if (field.type === "json" && random.chance(0.4)) return listChange(model);
  return inputOf(model, field);
}

function documentChanges(model: Model): JsonObject {
  if (model.random.chance(0.6)) return {};
  return { [model.random.pick(model.random.chance(0.2) ? ODD_KEYS : JSON_KEYS)]: listChange(model) };
}

function listChange(model: Model): JsonObject {
  const { random } = model;
  if (random.chance(0.4)) return { $inc: random.pick([1, -1, 0.5, 0, 10, ...(model.tame ? [] : [1e300, 0.1])]) };
  return { [random.pick(["$append", "$remove"])]: random.times(random.int(0, 3), () => jsonOf(model, 1)) };
}
