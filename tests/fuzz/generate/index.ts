import type { Case, Operation } from "../case.ts";
import { Random } from "../random.ts";
import { fillWorld, newRow, patchOf } from "./data.ts";
import { collectionOf, type Model, someId } from "./model.ts";
import { readOf, someCaller } from "./reads.ts";
import { ruleWorld } from "./rules.ts";
import { defineWorld } from "./schema.ts";

/** The same seed makes the same case: a world, and then writes with questions between them. */
export function generate(seed: number): Case {
  const random = new Random(seed);
  const model: Model = {
    random,
    collections: new Map(),
    ids: new Map(),
    taken: new Map(),
    tame: random.chance(0.7),
    operations: [],
  };
  defineWorld(model);
  ruleWorld(model);
  fillWorld(model);
  for (let round = random.int(1, 4); round > 0; round--) {
    for (let reads = random.int(2, 8); reads > 0; reads--) model.operations.push(readOf(model));
    for (let writes = random.int(1, 6); writes > 0; writes--) model.operations.push(writeOf(model));
  }
  // Nothing in a case is shared, and nothing is in it that JSON cannot say.
  return JSON.parse(JSON.stringify({ seed, operations: model.operations })) as Case;
}

function writeOf(model: Model): Operation {
  const { random } = model;
  const collection = random.pick([...model.collections.keys()]);
  const definition = collectionOf(model, collection);
  const as = someCaller(model);
  const id = someId(model, collection);
  return random.weighted<Operation>([
    [3, () => ({ do: "create", as, collection, body: newRow(model, definition) })],
    [4, () => ({ do: "patch", as, collection, id, body: patchOf(model, definition) })],
    [2, () => ({ do: "replace", as, collection, id, body: { ...newRow(model, definition), id: undefined as never } })],
    [2, () => ({ do: "delete", as, collection, id })],
  ]);
}
