import { type CollectionDefinition, type Field, isSystemField, type Json, type JsonObject } from "@plinth/core";
import { newRow } from "./data.ts";
import { collectionOf, listsOf, type Model, relationsOf, someId, storedFields } from "./model.ts";
import { inputOf } from "./values.ts";

/** A body that also makes, links and unlinks related items, a few levels down. */
export function graphOf(
  model: Model,
  definition: CollectionDefinition,
  body: JsonObject,
  isNew: boolean,
  depth = 2,
): JsonObject {
  const { random } = model;
  const graph: JsonObject = { ...body };
  for (const field of relationsOf(definition)) {
    if (random.chance(0.2)) graph[field.name] = nested(model, field, depth);
  }
  for (const field of listsOf(definition)) {
    if (!random.chance(0.4)) continue;
    const plain = isNew && random.chance(0.4);
    graph[field.name] = plain
      ? random.times(random.int(0, 2), () => entry(model, field, depth))
      : orders(model, field, depth);
  }
  return graph;
}

function nested(model: Model, field: Field, depth: number): JsonObject {
  const target = collectionOf(model, field.to!);
  const row = newRow(model, target);
  return depth > 0 && model.random.chance(0.4) ? graphOf(model, target, row, true, depth - 1) : row;
}

function entry(model: Model, field: Field, depth: number): JsonObject {
  const row = nested(model, field, depth);
  // The link says who is pointed to, so the item itself need not.
  if (!field.through && model.random.chance(0.8)) delete row[field.via!];
  return { ...row, ...junctionOf(model, field) };
}

function orders(model: Model, field: Field, depth: number): JsonObject {
  const { random } = model;
  const ids = (most: number): string[] => [
    ...new Set(random.times(random.int(0, most), () => someId(model, field.to!))),
  ];
  const links = (): Json[] => ids(3).map((id) => (random.chance(0.3) ? { id, ...junctionOf(model, field) } : id));
  const create = random.chance(0.4) && { create: random.times(random.int(1, 2), () => entry(model, field, depth - 1)) };
  if (random.chance(0.4)) return { ...create, set: links() };
  return { ...create, ...(random.chance(0.7) && { link: links() }), ...(random.chance(0.5) && { unlink: ids(2) }) };
}

function junctionOf(model: Model, { through, via, target }: Field): { $junction?: JsonObject } {
  if (!through || !model.random.chance(0.3)) return {};
  const own = storedFields(collectionOf(model, through)).filter(
    ({ name }) => name !== via && name !== target && !isSystemField(name),
  );
  return { $junction: Object.fromEntries(own.map((field) => [field.name, inputOf(model, field)])) };
}
