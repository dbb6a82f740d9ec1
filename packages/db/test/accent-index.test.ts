import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import {
  accentKeysOf,
  evaluate,
  type Find,
  FULL_ACCESS,
  foldText,
  type JsonObject,
  type SqlDriver,
  toCollection,
} from "@plinth/core";
import { createTable, dialectOf, migrate, sqlStore } from "@plinth/db";
import fc from "fast-check";
import { NO_BINDINGS, parse } from "./world.ts";

const identity = { workspaceId: "w", version: 1, createdAt: "2024-01-01T00:00:00.000Z" };
const towns = toCollection(
  { slug: "towns", kind: "managed", fields: [{ name: "name", type: "longtext", indexed_ignore_accents: true }] },
  { ...identity, id: "towns", table: "c_towns" },
);

const SORT = ["created_at", "id"].map((name) => ({
  ref: { field: towns.byName.get(name)! },
  direction: "asc" as const,
}));
const listed = (filter: JsonObject) => {
  const { where, bindings } = parse(towns, filter);
  const tree: Find = {
    collection: towns,
    policy: FULL_ACCESS,
    where,
    select: ["name"],
    sort: SORT,
    limit: { value: 99 },
  };
  return [tree, bindings] as const;
};

/** Every character with a case or an accent, and some that have none. */
const LETTERS = [..."aAzZ09 -'\u00a0þŋ東京한א\u{10ffff}😀", ..."\u0300\u036f"].concat(
  Array.from({ length: 0x11000 }, (_, code) => code)
    .filter((code) => code >= 0x80 && (code < 0xd800 || code > 0xdfff))
    .map((code) => String.fromCodePoint(code))
    .filter((letter) => foldText(letter, "accents") !== letter),
);
const letter = fc.oneof(fc.constantFrom(..."aAeEsSoOß\u0301\u0308æÉéœŒïИйЙ к"), fc.constantFrom(...LETTERS));
const anyText = fc.array(letter, { maxLength: 16 }).map((letters) => letters.join(""));

const ENGINES: [
  name: string,
  open: () => SqlDriver,
  keysOf: (dialect: ReturnType<typeof dialectOf>) => string,
  runs: number,
][] = [
  [
    "SQLite",
    () => bunSqlite({ path: ":memory:" }),
    (dialect) => `select value, ${dialect.accentKey("value")} as key from json_each(?1)`,
    60,
  ],
  [
    "Postgres",
    memoryPglite,
    (dialect) =>
      `select value, ${dialect.accentKey("value")} as key from jsonb_array_elements_text($1::text::jsonb) as value`,
    15,
  ],
];

describe.each(ENGINES)("an index that ignores accents, on %s", (_name, open, keysOf, runs) => {
  let driver: SqlDriver;
  const keys = async (texts: string[]): Promise<[string, string][]> => {
    const rows = await driver.all({ sql: keysOf(dialectOf(driver)), params: [JSON.stringify(texts)] });
    return rows.map(({ value, key }) => [value as string, key as string]);
  };
  const fill = async (texts: (string | null)[]): Promise<void> => {
    const rows = texts.map((name, i) => ({
      id: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
      version: 1,
      created_at: identity.createdAt,
      updated_at: identity.createdAt,
      owner_id: null,
      name,
    }));
    const { where } = FULL_ACCESS;
    await sqlStore(driver).mutate(
      [
        { kind: "delete", collection: towns, where },
        { kind: "insert", collection: towns, rows },
      ],
      NO_BINDINGS,
    );
  };

  beforeAll(async () => {
    driver = open();
    await migrate(driver, Date.now);
    await driver.batch(createTable(dialectOf(driver), towns, () => towns));
  });
  afterAll(async () => driver.close?.());

  test("has each letter under a key of its folded text, at every place of a text", async () => {
    const texts = LETTERS.flatMap((one) => [one, `${one}tail`, `a${one}tail`, `abcd${one}tail`, `${one}${one}${one}`]);
    for (const [text, key] of await keys(texts))
      expect([text, accentKeysOf(text)]).toEqual([text, expect.arrayContaining([key])]);
  });

  test("knows where to look for a text, and how many letters of it", async () => {
    expect(
      await keys([
        "Zürich HB",
        "Zu\u0308rich",
        "Straße",
        "ŒUVRE",
        "Ёлка у Дома",
        "МОСКВА",
        "東京 Tokyo",
        "",
        "ßßabcdefghijkl",
      ]),
    ).toEqual([
      ["Zürich HB", "zurich hb"],
      ["Zu\u0308rich", "zu"],
      ["Straße", "stra"],
      ["ŒUVRE", "oeuvre"],
      ["Ёлка у Дома", "елка у "],
      ["МОСКВА", "мо"],
      ["東京 Tokyo", "東京 tokyo"],
      ["", ""],
      ["ßßabcdefghijkl", "ssssabcdefghij"],
    ]);
  });

  test("finds what a comparison without an index finds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(anyText), { maxLength: 12 }),
        anyText,
        fc.nat(16),
        async (texts, other, cut) => {
          await fill(texts);
          for (const wanted of [other, texts[0] ?? "", foldText(texts[1] ?? "", "accents").toUpperCase()]) {
            const start = [...wanted].slice(0, cut).join("");
            const filters: JsonObject[] = [
              { _unaccent_eq: wanted },
              { _ieq: wanted },
              { _unaccent_starts_with: start },
              { _istarts_with: foldText(start, "case") },
            ];
            for (const filter of filters) {
              const [tree, bindings] = listed({ name: filter });
              const found = (await sqlStore(driver).find(tree, bindings)).rows.map(({ name }) => name as string);
              const expected = texts.filter((name) => evaluate(tree.where, { name }, bindings));
              expect([filter, found.sort()]).toEqual([filter, (expected as string[]).sort()]);
            }
          }
        },
      ),
      { numRuns: runs },
    );
  });

  test("is what its operators read, and in no filter more often than a statement has room for", async () => {
    await fill([...Array.from({ length: 300 }, (_, i) => `Örtchen ${i}`), "Zürich", "ZURICH Süd", null]);
    if (dialectOf(driver).concurrentWriters)
      // So few rows would be scanned.
      await driver.batch([
        { sql: "analyze c_towns", params: [] },
        { sql: "set enable_seqscan = off", params: [] },
      ]);
    const store = sqlStore(driver);
    const counts: [filter: JsonObject, count: number][] = [
      [{ _unaccent_eq: "zurich" }, 1],
      [{ _unaccent_starts_with: "ZÜRI" }, 2],
      [{ _ieq: "ZÜRICH" }, 1],
      [{ _istarts_with: "zurich S" }, 1],
    ];
    for (const [filter, count] of counts) {
      const asked = listed({ name: filter });
      const { scans, plan } = await store.explain(...asked);
      expect([filter, scans, plan.join()]).toEqual([filter, [], expect.stringMatching(/ix_[0-9a-f]{16}/)]);
      expect((await store.find(...asked)).rows).toHaveLength(count);
    }
    const many = listed({
      $or: Array.from({ length: 30 }, (_, i) => ({ name: { _unaccent_starts_with: `ortchen ${i}` } })),
    });
    expect((await store.explain(...many)).statement.length).toBeLessThan(100_000);
  });
});
