import { describe, expect, test } from "bun:test";
import type { Json } from "@plinth/core";
import type { SourceRow } from "@plinth/formats";
import { fieldNameFor, fieldNamesFor, Inference } from "@plinth/formats";
import fc from "fast-check";
import { openWorld } from "./transfer-support.ts";

function typeOf(values: Json[], cells = false): string {
  const inference = new Inference(cells);
  for (const value of values) inference.add({ x: value });
  return inference.result().fields[0]!.field.type;
}

describe("types", () => {
  const UUID = "018f4e9a-5c1e-7b3a-9c2d-0123456789ab";
  const table: [Json[], string][] = [
    [[1, 2, null], "integer"],
    [[1, 2.5], "number"],
    [[2 ** 60], "number"],
    [[true, false], "boolean"],
    [["2024-05-01", "2024-02-29"], "date"],
    [["2024-05-01", "2024-05-01T10:00:00Z"], "timestamp"],
    [["2024-05-01 10:00"], "timestamp"],
    [["2024-02-30"], "text"],
    [[UUID, UUID.toUpperCase()], "uuid"],
    [["x", 1], "text"],
    [[1, true], "text"],
    [["x".repeat(256)], "longtext"],
    [["x".repeat(255)], "text"],
    [[{ a: 1 }, [1]], "json"],
    [["x", { a: 1 }], "json"],
    [[null, null], "text"],
    [["Jun 12 1998"], "text"],
    [["12"], "text"],
  ];
  for (const [values, type] of table) {
    test(`${JSON.stringify(values).slice(0, 60)} is ${type}`, () => expect(typeOf(values)).toBe(type));
  }

  const cells: [string[], string][] = [
    [["1", "-20", "0"], "integer"],
    [["02134", "1"], "text"],
    [["1.50", "-.5", "2"], "number"],
    [["12345678901234567890"], "text"],
    [["12345678901234567890.5"], "text"],
    [["1.5", "0.1234567890123456789012"], "text"],
    [["true", "FALSE"], "boolean"],
    [["yes", "no"], "text"],
    [["{}", '[1,"a"]'], "json"],
    [["{x", "[]"], "text"],
    [["NaN"], "text"],
    [["1e5"], "text"],
  ];
  for (const [values, type] of cells) {
    test(`the cells ${values.join(" ")} are ${type}`, () => expect(typeOf(values, true)).toBe(type));
  }

  test("whatever is inferred takes every row it was inferred from", async () => {
    const value = fc.oneof(
      fc.constant(null),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constantFrom("", "2024-05-01", "2024-05-01T10:00:00Z", UUID, "x", " 1 ", "007"),
      fc.constant({ a: [1] }),
    );
    const rows = fc.array(fc.record({ a: value, b: value }, { requiredKeys: [] }), { minLength: 1, maxLength: 6 });
    const world = await openWorld();
    let n = 0;
    await fc.assert(
      fc.asyncProperty(rows, async (list) => {
        const slug = `t${n++}`;
        const inference = new Inference(false);
        for (const row of list) inference.add(JSON.parse(JSON.stringify(row)) as SourceRow);
        const { fields, map } = inference.result();
        await world.create({ slug, fields: fields.map(({ field }) => field) });
        const result = await world.importText(slug, JSON.stringify(list), { format: "json", map, convert: true });
        expect(result).toMatchObject({ inserted: list.length, failed: 0, errors: [] });
      }),
      { numRuns: 100 },
    );
  });
});

describe("names", () => {
  const table: [string, string][] = [
    ["US Gross", "us_gross"],
    ["IMDB Rating", "imdb_rating"],
    ["createdBy", "created_by"],
    ["HTTPStatus", "http_status"],
    ["createdAt", "source_created_at"],
    ["id", "source_id"],
    ["Größe (m²)", "gro_e_m2"],
    ["2020", "field_2020"],
    ["日本", "field"],
    ["__proto__", "proto"],
    ["x".repeat(80), "x".repeat(58)],
  ];
  for (const [source, name] of table) test(source, () => expect(fieldNameFor(source)).toBe(name));

  test("are never alike", () => {
    expect([...fieldNamesFor(["a b", "a_b", "A-B", "日", "本"]).values()]).toEqual([
      "a_b",
      "a_b_2",
      "a_b_3",
      "field",
      "field_2",
    ]);
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (sources) => {
        const names = fieldNamesFor(new Set(sources));
        expect(new Set(names.values()).size).toBe(names.size);
        for (const name of names.values()) expect(name).toMatch(/^[a-z][a-z0-9_]{0,57}$/);
      }),
    );
  });
});

describe("Plinth's own names", () => {
  const infer = (row: SourceRow, chosen = {}) => {
    const inference = new Inference(false);
    inference.add(row);
    const { fields, map } = inference.result(chosen);
    return { names: fields.map(({ field }) => field.name), map };
  };
  const id = "018f4e9a-5c1e-7b3a-9c2d-0123456789ab";

  test("an id stays where it is one", () => {
    expect(infer({ id, a: 1 })).toEqual({ names: ["a"], map: {} });
    expect(infer({ id: 7, a: 1 })).toEqual({ names: ["source_id", "a"], map: { id: "source_id" } });
  });

  test("other system names are data, except in an export", () => {
    expect(infer({ version: "1.2" })).toEqual({ names: ["source_version"], map: { version: "source_version" } });
    const exported = { id, a: 1, created_at: "x", updated_at: "x", owner_id: null, version: 1 };
    expect(infer(exported)).toEqual({ names: ["a"], map: {} });
  });

  test("a given map comes first", () => {
    expect(infer({ a: 1, "B b": 2, c: 3 }, { a: "b_b", c: null })).toEqual({
      names: ["b_b", "b_b_2"],
      map: { a: "b_b", "B b": "b_b_2", c: null },
    });
  });
});
