import { describe, expect, test } from "bun:test";
import { FULL_ACCESS, isObject, type Json, type JsonObject } from "@plinth/core";
import { anyData, anyJson, JSON_KEYS, notes } from "@plinth/core/testing";
import fc from "fast-check";
import { listAll, NO_BINDINGS, rowsOf, type World } from "./world.ts";

/** The database merges documents by RFC 7396. Every engine gives the result of the standard's pseudocode. */
export function mergeSuite(name: string, world: () => World, runs: number): void {
  describe(`merging documents on ${name}`, () => {
    test("as the standard has it", async () => {
      const patch = fc.dictionary(fc.constantFrom(...JSON_KEYS), anyJson, { maxKeys: 3, noNullPrototype: true });
      await fc.assert(
        fc.asyncProperty(anyData, patch, async (data, set) => {
          await world().load(data);
          const { where } = FULL_ACCESS;
          await world().store.mutate([{ kind: "update", collection: notes, where, set, merge: true }], NO_BINDINGS);
          const { rows } = await listAll(world(), notes, FULL_ACCESS, where, NO_BINDINGS);
          const expected = rowsOf(data, notes).map((row) => ({
            ...(mergePatch(row, set) as JsonObject),
            version: (row.version as number) + 1,
          }));
          expect(rows).toEqual(expected);
        }),
        { numRuns: runs },
      );
    });
  });
}

function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged: JsonObject = isObject(target) ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    if (patch[key] === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], patch[key]!);
  }
  return merged;
}
