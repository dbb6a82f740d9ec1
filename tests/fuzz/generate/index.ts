import type { Case } from "../case.ts";
import { Random } from "../random.ts";
import { fillWorld } from "./data.ts";
import type { Model } from "./model.ts";
import { readOf } from "./reads.ts";
import { ruleWorld } from "./rules.ts";
import { changeWorld, defineWorld } from "./schema.ts";
import { writeOf } from "./writes.ts";

/** The same seed makes the same case: a world, and then writes with questions between them. */
export function generate(seed: number): Case {
  const random = new Random(seed);
  const tame = random.chance(0.7);
  const model: Model = {
    random,
    collections: new Map(),
    ids: new Map(),
    taken: new Map(),
    tame,
    vast: tame && random.chance(0.2),
    crowded: random.chance(0.15),
    noise: 0,
    operations: [],
  };
  defineWorld(model);
  ruleWorld(model);
  fillWorld(model);
  for (let round = random.int(2, 6); round > 0; round--) {
    if (random.chance(0.3)) changeWorld(model);
    for (let reads = random.int(4, 10); reads > 0; reads--) model.operations.push(readOf(model));
    for (let writes = random.int(1, 6); writes > 0; writes--) model.operations.push(writeOf(model));
  }
  // Nothing in a case is shared, and nothing is in it that JSON cannot say.
  return JSON.parse(JSON.stringify({ seed, operations: model.operations })) as Case;
}
