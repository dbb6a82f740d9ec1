import type { SqlDriver } from "@plinth/core";
import { createItems, updateCollection, updateCollectionSchema } from "../src/index.ts";
import { openWorld, type World } from "./transfer-support.ts";

export const FAMILIES = 4;
export const KIDS = 100;

/** Families and their kids, who find each other by a relation in both directions. */
export async function openKids(driver: SqlDriver): Promise<World> {
  const world = await openWorld(() => driver);
  await world.create({ slug: "families", kind: "managed", fields: [{ name: "name", type: "text" }] });
  await world.create({
    slug: "kids",
    kind: "managed",
    fields: [
      { name: "name", type: "text" },
      { name: "nickname", type: "text", indexed_ignore_accents: true },
      { name: "age", type: "integer", indexed: true },
      { name: "height", type: "number" },
      { name: "family", type: "relation", to: "families" },
    ],
  });
  const kids = { fields: [{ name: "kids", type: "relation_many", to: "kids", via: "family" }] };
  await updateCollection(await world.ctx(), "families", updateCollectionSchema.parse(kids));
  const names = Array.from({ length: FAMILIES }, (_, i) => ({ name: `f${i}` }));
  const families = await createItems(await world.ctx(), "families", names);
  const rows = Array.from({ length: KIDS }, (_, i) => ({
    name: `k${i}`,
    age: i % 20,
    height: i / 2,
    family: (families as { id: string }[])[i % FAMILIES]!.id,
  }));
  await createItems(await world.ctx(), "kids", rows);
  return world;
}
