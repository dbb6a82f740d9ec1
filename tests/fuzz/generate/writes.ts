import type { CollectionDefinition, Json, JsonObject } from "@plinth/core";
import type { Operation, WriteParameters } from "../case.ts";
import { newRow, patchOf } from "./data.ts";
import { filterOf } from "./filters.ts";
import { graphOf } from "./graphs.ts";
import { collectionOf, type Model, relationsOf, someId, storedFields } from "./model.ts";
import { someCaller } from "./reads.ts";

export function writeOf(model: Model): Operation {
  const { random } = model;
  const collection = random.pick([...model.collections.keys()]);
  const definition = collectionOf(model, collection);
  const as = someCaller(model);
  const id = someId(model, collection);
  const version = random.chance(0.1) ? { version: random.int(1, 2) } : {};
  return random.weighted<Operation>([
    [3, () => ({ do: "create", as, collection, body: newRow(model, definition) })],
    [2, () => ({ do: "create", as, collection, body: graphOf(model, definition, newRow(model, definition), true) })],
    [
      2,
      () => ({ do: "patch", as, collection, id, body: graphOf(model, definition, patchOf(model, definition), false) }),
    ],
    [4, () => ({ do: "patch", as, collection, id, body: patchOf(model, definition), ...version })],
    [2, () => ({ do: "replace", as, collection, id, body: replacementOf(model, definition), ...version })],
    [2, () => ({ do: "delete", as, collection, id, ...version })],
    [3, () => ({ do: "batch", as, body: { operations: batchOf(model) } })],
    [1, () => ({ do: "upsert", as, collection, ...upsertAll(model, definition) })],
    [
      1,
      () => ({
        do: "patch all",
        as,
        collection,
        parameters: bulkOf(model, definition),
        body: patchOf(model, definition),
      }),
    ],
    [0.5, () => ({ do: "delete all", as, collection, parameters: bulkOf(model, definition) })],
  ]);
}

function bulkOf(model: Model, definition: CollectionDefinition): WriteParameters {
  const { random } = model;
  return {
    filter: filterOf(model, definition, 2),
    ...(random.chance(0.1) && { limit: random.int(1, 3) }),
    ...(random.chance(0.1) && { dry_run: true }),
    ...(random.chance(0.1) && { all: true }),
  };
}

function upsertAll(model: Model, definition: CollectionDefinition) {
  const { data, on_conflict, resolution } = upsertOf(model, definition);
  const more = model.random.times(model.random.int(0, 2), () => upsertOf(model, definition).data!);
  const parameters: WriteParameters = {
    on_conflict: String(on_conflict),
    ...(resolution === "ignore" && { resolution: "ignore" }),
  };
  return { parameters, body: more.length > 0 ? [data!, ...more] : data! };
}

function replacementOf(model: Model, definition: CollectionDefinition): JsonObject {
  const { id: _id, ...rest } = newRow(model, definition);
  return rest;
}

/** Several operations, all or nothing; later ones may refer to items that earlier ones make. */
function batchOf(model: Model): Json[] {
  const { random } = model;
  const operations: JsonObject[] = [];
  for (let left = random.int(1, 5); left > 0; left--) {
    const collection = random.pick([...model.collections.keys()]);
    const operation = batchOperation(model, collection);
    refer(model, operation, operations);
    operations.push(operation);
  }
  return operations;
}

function batchOperation(model: Model, collection: string): JsonObject {
  const { random } = model;
  const definition = collectionOf(model, collection);
  const id = someId(model, collection);
  const version = random.chance(0.1) ? { if_version: random.int(1, 3) } : {};
  return random.weighted<JsonObject>([
    [3, () => ({ op: "create", collection, data: newRow(model, definition) })],
    [1, () => ({ op: "create", collection, data: graphOf(model, definition, newRow(model, definition), true) })],
    [1, () => ({ op: "update", collection, id, data: graphOf(model, definition, patchOf(model, definition), false) })],
    [3, () => ({ op: "update", collection, id, data: patchOf(model, definition), ...version })],
    [1, () => ({ op: "replace", collection, id, data: replacementOf(model, definition), ...version })],
    [2, () => ({ op: "upsert", collection, ...upsertOf(model, definition) })],
    [1, () => ({ op: "delete", collection, id, ...version })],
    [1, () => ({ op: "guard", collection, filter: filterOf(model, definition, 2), ...guardOf(model) })],
  ]);
}

function guardOf({ random }: Model): JsonObject {
  if (random.chance(0.5)) return { exists: random.chance(0.5) };
  return { count: { [random.pick(["_eq", "_gt", "_gte", "_lt", "_lte"])]: random.int(0, 3) } };
}

/** By id or by a unique set; half of the time for an item that may be there. */
function upsertOf(model: Model, definition: CollectionDefinition): JsonObject {
  const { random } = model;
  const sets = [
    ["id"],
    ...storedFields(definition).flatMap((field) => (field.unique ? [[field.name]] : [])),
    ...(definition.unique_together ?? []),
  ];
  const on_conflict = random.pick(sets);
  const data = newRow(model, definition);
  if (random.chance(0.6)) data.id = someId(model, definition.slug);
  return {
    data,
    on_conflict: random.chance(0.5) ? on_conflict : on_conflict.join(","),
    ...(random.chance(0.3) && { resolution: "ignore" }),
  };
}

/** Lets a relation point to an item that the batch itself makes. */
function refer(model: Model, operation: JsonObject, earlier: readonly JsonObject[]): void {
  const { random } = model;
  const data = operation.data as JsonObject | undefined;
  if (!data) return;
  for (const { name, to } of relationsOf(collectionOf(model, operation.collection as string))) {
    const makers = [...earlier.keys()].filter((i) => earlier[i]!.op === "create" && earlier[i]!.collection === to);
    if (makers.length > 0 && random.chance(0.5)) data[name] = { $ref: `ops.${random.pick(makers)}.id` };
  }
}
