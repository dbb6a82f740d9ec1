import type { ErrorCode, Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { absent } from "../../match.ts";
import { type NameOf, namedRows, namesOf, rowsOf } from "../../rows.ts";
import { created, items, ok, patch, post, refused, type Scenario } from "../../scenario.ts";

const LANDS = namedRows(261, { france: 1, island: 2, mixed: 3, nested: 4, text: 5, numbers: 6, object: 7, none: 8 });

const BORDERS: Record<NameOf<typeof LANDS>, Json> = {
  france: ["DEU", "ESP", "ITA"],
  island: [],
  mixed: ["1", 1, true, null, "DEU"],
  nested: [["DEU"], { code: "DEU" }],
  text: "DEU, ESP",
  numbers: [1, 2.5, -3, 1e21],
  object: { DEU: "DEU" },
  none: null,
};

const rows = namesOf(LANDS).map((name): JsonObject => {
  const borders = BORDERS[name];
  return { id: LANDS[name], borders, facts: { by: [borders], borders } };
});
const lands = collection(
  {
    slug: "lands",
    fields: [
      { name: "borders", type: "json", indexed: true },
      { name: "facts", type: "json" },
      { name: "code", type: "text" },
    ],
  },
  { rows, rules: [{ role: "public", action: "read", condition: { borders: { _overlaps: ["ITA", 2.5] } } }] },
);
const landDocs = collection(
  { slug: "land_docs", kind: "document", indexed_paths: ["borders"] },
  {
    rows: rows.map(({ facts, ...row }): JsonObject => ({ ...row, ...(facts as JsonObject) })),
    rules: [
      { role: "public", action: "read", condition: { borders: { _contains: "$user.email" } } },
      { role: "public", action: "read", condition: { borders: { _contains: "ITA" } } },
    ],
  },
);

const CASES: [condition: JsonObject, ...found: NameOf<typeof LANDS>[]][] = [
  [{ _contains: "DEU" }, "france", "mixed", "text"],
  [{ _contains: "deu" }],
  [{ _contains: "EU" }, "text"],
  [{ _contains: ["DEU", "ITA"] }, "france"],
  [{ _contains: ["DEU"] }, "france", "mixed"],
  [{ _contains: [] }, "france", "island", "mixed", "nested", "numbers"],
  [{ _contains: 1 }, "mixed", "numbers"],
  [{ _contains: "1" }, "mixed"],
  [{ _contains: 1.0e21 }, "numbers"],
  [{ _contains: true }, "mixed"],
  [{ _contains: false }],
  [{ _overlaps: ["ITA", 2.5, "none"] }, "france", "numbers"],
  [{ _overlaps: ["1"] }, "mixed"],
  [{ _overlaps: [] }],
  [{ _overlaps: ['x"y\\z', "{a,b}"] }],
  [{ _contained_in: ["DEU", "ESP", "ITA", "GBR"] }, "france", "island"],
  [{ _contained_in: [1, 2.5, -3, 1e21] }, "island", "numbers"],
  [{ _contained_in: [] }, "island"],
  [{ _null: false, _contains: "DEU" }, "france", "mixed", "text"],
];

const REFUSED: [filter: JsonObject, code: ErrorCode, field: string][] = [
  [{ code: { _overlaps: ["a"] } }, "UNKNOWN_OPERATOR", "filter.code._overlaps"],
  [{ code: { _contained_in: ["a"] } }, "UNKNOWN_OPERATOR", "filter.code._contained_in"],
  [{ code: { _contains: ["a"] } }, "VALIDATION", "filter.code._contains"],
  [{ created_at: { _contains: "2024" } }, "UNKNOWN_OPERATOR", "filter.created_at._contains"],
  [{ borders: { _overlaps: "DEU" } }, "VALIDATION", "filter.borders._overlaps"],
  [{ borders: { _contains: [null] } }, "VALIDATION", "filter.borders._contains.0"],
  [{ borders: { _contains: { a: 1 } } }, "VALIDATION", "filter.borders._contains"],
  [{ borders: { _overlaps: ["a", ["b"]] } }, "VALIDATION", "filter.borders._overlaps.1"],
  [{ borders: { _overlaps: ["$user.id"] } }, "VALIDATION", "filter.borders._overlaps.0"],
  [{ borders: { _overlaps: Array(1001).fill(1) } }, "LIMIT_EXCEEDED", "filter.borders._overlaps"],
  [{ borders: { _icontains: "DEU" } }, "VALIDATION", "filter.borders._icontains"],
];

const finds = (slug: string, filter: JsonObject, ...found: NameOf<typeof LANDS>[]): Scenario => ({
  name: `lists in JSON: ${slug} ${JSON.stringify(filter)}`,
  as: as.secretKey,
  needs: [lands, landDocs],
  request: items(slug, { filter, sort: "id" }),
  expect: ok(rowsOf(LANDS, ...found)),
});

const others = namesOf(LANDS).filter((name) => !["france", "mixed", "text"].includes(name));

/** Membership in lists inside JSON, the same in a field, below it and in a document. */
export const scenarios: Scenario[] = [
  ...CASES.flatMap(([condition, ...found]) => [
    finds("lands", { borders: condition }, ...found),
    finds("lands", { "facts.borders": condition }, ...found),
    finds("lands", { "facts.by[0]": condition }, ...found),
    finds("land_docs", { borders: condition }, ...found),
  ]),
  finds("lands", { $not: { borders: { _contains: "DEU" } } }, ...others),
  finds("lands", { borders: { _contains: "$user.email" } }),
  finds("lands", { borders: { _overlaps: "$user.roles" } }),
  {
    name: "lists in JSON: an index on members comes and goes, also where each user has items of their own",
    as: as.secretKey,
    request: post("/api/collections", {
      slug: "own_lands",
      fields: [{ name: "borders", type: "json", indexed: true }],
      owner_scoped: true,
    }),
    expect: created({ data: { fields: [{ name: "borders", indexed: true }] } }),
    then: [
      { request: post("/api/items/own_lands", { borders: ["DEU"] }), expect: created() },
      {
        request: patch("/api/collections/own_lands", { fields: [{ name: "borders", type: "json" }] }),
        expect: ok({ data: { fields: [{ name: "borders", indexed: absent }] } }),
      },
      {
        request: patch("/api/collections/own_lands", { fields: [{ name: "borders", type: "json", indexed: true }] }),
        expect: ok(),
      },
      {
        request: items("own_lands", { filter: { borders: { _overlaps: ["DEU"] } } }),
        expect: ok({ data: [{ borders: ["DEU"] }] }),
      },
    ],
  },
  ...["lands", "land_docs"].map(
    (slug): Scenario => ({
      name: `lists in JSON: a rule of ${slug}`,
      as: as.anonymous,
      needs: [lands, landDocs],
      request: items(slug, { sort: "id" }),
      expect: {
        ...ok(rowsOf(LANDS, ...(slug === "lands" ? (["france", "numbers"] as const) : (["france"] as const)))),
        excludes: ["DEU, ESP"],
      },
    }),
  ),
  ...REFUSED.map(
    ([filter, code, field]): Scenario => ({
      name: `lists in JSON: ${JSON.stringify(filter).slice(0, 80)} is refused`,
      as: as.secretKey,
      needs: [lands],
      request: items("lands", { filter }),
      expect: refused(422, code, field),
    }),
  ),
];
