import { expect, test } from "bun:test";
import { evaluate, FilterParser, type Json, type JsonObject } from "@plinth/core";
import { anyData, anyFilter, openRelation, things, variables } from "@plinth/core/testing";
import fc from "fast-check";
import { compileFilter } from "../../src/sync/filter.ts";

const decimals = new Set(["price", "units"]);
const HERE = { decimals, user: () => variables["user.id"] as string, now: () => Date.parse(variables.now as string) };

function onServer(filter: JsonObject, row: JsonObject): boolean {
  const parser = new FilterParser({ mode: "slots", relation: openRelation, stored: true });
  const { condition } = parser.parse(things, filter as Json);
  return evaluate(condition, row, { values: parser.values, variables });
}

test("a filter finds on the device what it finds on the server, or is refused", () => {
  let decided = 0;
  fc.assert(
    fc.property(anyFilter(things, 0), anyData, (filter, data) => {
      const rows = (data as never as Record<string, JsonObject[]>).things!;
      for (const row of rows) {
        let here: boolean;
        try {
          here = compileFilter(filter as JsonObject, HERE)(row);
        } catch (error) {
          expect(String(error)).toContain("cannot be decided on this device");
          return;
        }
        decided++;
        if (here !== onServer(filter as JsonObject, row)) throw new Error(JSON.stringify({ filter, row, here }));
      }
    }),
    { numRuns: 400 },
  );
  expect(decided).toBeGreaterThan(100);
});

test("an element of a list is named by its index in brackets; digits alone are a key", () => {
  const row = { doc: { tags: ["a", { name: "b" }], "0": "key" } };
  const holds = (filter: JsonObject): [boolean, boolean] => [compileFilter(filter, HERE)(row), onServer(filter, row)];
  expect(holds({ "doc.tags[0]": "a" })).toEqual([true, true]);
  expect(holds({ doc: { "tags[-1]": { name: "b" } } })).toEqual([true, true]);
  expect(holds({ "doc.0": "key" })).toEqual([true, true]);
  expect(holds({ "doc.tags.0": "a" })).toEqual([false, false]);
  expect(holds({ doc: { tags: { "0": { _null: true } } } })).toEqual([true, true]);
});
