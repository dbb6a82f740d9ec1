import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { type NameOf, namedRows, namesOf, rowsOf } from "../../rows.ts";
import { items, ok, post, refused, type Scenario } from "../../scenario.ts";

const TOWNS = namedRows(260, {
  zurich: 1,
  plain: 2,
  moscow: 3,
  star: 4,
  odysseus: 5,
  istanbul: 6,
  isparta: 7,
  street: 8,
  lodz: 9,
  aero: 10,
  decomposed: 11,
  tokyo: 12,
  long: 13,
  none: 14,
});

const NAMES: Record<NameOf<typeof TOWNS>, string | null> = {
  zurich: "Zürich HB",
  plain: "ZURICH Airport",
  moscow: "Москва",
  star: "Ёлка у Дома",
  odysseus: "Οδυσσεύς",
  istanbul: "İstanbul",
  isparta: "Isparta ılık",
  street: "Lange Straße",
  lodz: "ŁÓDŹ",
  aero: "Ærøskøbing",
  decomposed: "Zu\u0308rich West",
  tokyo: "東京 Tokyo",
  long: `${"Ünïcödé ".repeat(60)}ENDE`,
  none: null,
};

const rows = namesOf(TOWNS).map(
  (name): JsonObject => ({
    id: TOWNS[name],
    name: NAMES[name],
    facts: { name: NAMES[name] },
    login: NAMES[name]?.slice(0, 40) ?? null,
  }),
);
const spellings = collection(
  {
    slug: "spellings",
    fields: [
      { name: "name", type: "longtext" },
      { name: "facts", type: "json" },
      { name: "login", type: "text", indexed_ignore_case: true, indexed_ignore_accents: true },
    ],
  },
  { rows, rules: [{ role: "public", action: "read", condition: { name: { _unaccent_starts_with: "ZURICH" } } }] },
);

const CASES: [condition: JsonObject, ...found: NameOf<typeof TOWNS>[]][] = [
  [{ _icontains: "ZÜRICH" }, "zurich"],
  [{ _icontains: "zurich" }, "plain"],
  [{ _istarts_with: "МОСК" }, "moscow"],
  [{ _iends_with: "ВА" }, "moscow"],
  [{ _ieq: "МОСКВА" }, "moscow"],
  [{ _icontains: "ёЛКА У дОМА" }, "star"],
  [{ _ieq: "ΟΔΥΣΣΕΎΣ" }, "odysseus"],
  [{ _iends_with: "σ" }, "odysseus"],
  [{ _ieq: "istanbul" }],
  [{ _ieq: "İSTANBUL" }, "istanbul"],
  [{ _icontains: "ILIK" }],
  [{ _istarts_with: "ISPARTA" }, "isparta"],
  [{ _icontains: "STRASSE" }],
  [{ _icontains: "STRAẞE" }, "street"],
  [{ _ieq: "łódź" }, "lodz"],
  [{ _istarts_with: "æRØ" }, "aero"],
  [{ _icontains: "\u212a" }, "isparta", "aero", "tokyo"],
  [{ _icontains: "東京 tok" }, "tokyo"],
  [{ _iends_with: "ÜNÏCÖDÉ ende" }, "long"],
  [{ _ieq: "" }],
  [{ _unaccent_contains: "Zürich" }, "zurich", "plain", "decomposed"],
  [{ _unaccent_starts_with: "zurich" }, "zurich", "plain", "decomposed"],
  [{ _unaccent_eq: "елка у дома" }, "star"],
  [{ _unaccent_eq: "Οδυσσευσ" }, "odysseus"],
  [{ _unaccent_eq: "istanbul" }, "istanbul"],
  [{ _unaccent_contains: "ilik" }, "isparta"],
  [{ _unaccent_ends_with: "STRASSE" }, "street"],
  [{ _unaccent_eq: "lodz" }, "lodz"],
  [{ _unaccent_eq: "aeroskobing" }, "aero"],
  [{ _unaccent_contains: "unicode ende" }, "long"],
  [{ _unaccent_contains: "京 TÓK" }, "tokyo"],
];

/** These are answered by an index where the field has one. */
const INDEXED = ["_ieq", "_istarts_with", "_unaccent_eq", "_unaccent_starts_with"];

const finds = (filter: JsonObject, ...found: NameOf<typeof TOWNS>[]): Scenario => ({
  name: `folded texts: ${JSON.stringify(filter)}`,
  as: as.secretKey,
  needs: [spellings],
  request: items("spellings", { filter, sort: "id" }),
  expect: ok(rowsOf(TOWNS, ...found)),
});

const WITH_Z: readonly string[] = ["zurich", "plain", "decomposed"];

/** Letters of every alphabet are compared without their case, and where it is asked for without their accents. */
export const scenarios: Scenario[] = [
  ...CASES.flatMap(([condition, ...found]) => [
    finds({ name: condition }, ...found),
    finds({ "facts.name": condition }, ...found),
    ...(INDEXED.some((operator) => operator in condition) ? [finds({ login: condition }, ...found)] : []),
  ]),
  ...["indexed_ignore_case", "indexed_ignore_accents"].map(
    (setting): Scenario => ({
      name: `folded texts: ${setting} is for texts`,
      as: as.secretKey,
      request: post("/api/collections", {
        slug: "never_made",
        fields: [{ name: "n", type: "integer", [setting]: true }],
      }),
      expect: refused(422, "VALIDATION", `fields.0.${setting}`),
    }),
  ),
  finds({ $not: { name: { _icontains: "z" } } }, ...namesOf(TOWNS).filter((name) => !WITH_Z.includes(name))),
  {
    name: "folded texts: a rule holds for every spelling",
    as: as.anonymous,
    needs: [spellings],
    request: items("spellings", { sort: "id" }),
    expect: { ...ok(rowsOf(TOWNS, "zurich", "plain", "decomposed")), excludes: ["Москва", "Isparta"] },
  },
  {
    name: "folded texts: an aggregate's filter",
    as: as.secretKey,
    needs: [spellings],
    request: post("/api/items/spellings/aggregate", {
      aggregates: { n: { count: "*" } },
      filter: { name: { _unaccent_contains: "zurich" } },
    }),
    expect: ok({ data: [{ n: 3 }] }),
  },
  ...([5, true, ["a"], {}] as Json[]).map(
    (value): Scenario => ({
      name: `folded texts: ${JSON.stringify(value)} is no text`,
      as: as.secretKey,
      needs: [spellings],
      request: items("spellings", { filter: { name: { _unaccent_contains: value } } }),
      expect: refused(422, "VALIDATION", "filter.name._unaccent_contains"),
    }),
  ),
];
