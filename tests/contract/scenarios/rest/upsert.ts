import { as } from "../../as.ts";
import { partsNamed, upsert, withNeeds } from "../../fixtures/stock.ts";
import { exactly } from "../../match.ts";
import { batch, created, INTERNALS, items, ok, refused, type Scenario } from "../../scenario.ts";

const { hasPart, part, partIs } = partsNamed({
  merged: 700,
  ignored: 701,
  known: 702,
  added: 703,
  inSet: 704,
  withoutSku: 705,
  alices: 706,
  leftAlone: 715,
  batched: 716,
  referred: 717,
  changedInPart: 718,
});

const became = (...results: ("inserted" | "updated" | "ignored")[]) => {
  const count = (one: string): number => results.filter((other) => other === one).length;
  return exactly({ inserted: count("inserted"), updated: count("updated"), ignored: count("ignored"), results });
};
/** Insert what is new; merge into or leave alone what is there, by the id or any unique set. */
export const scenarios: Scenario[] = withNeeds(
  {
    name: "upsert: by a unique field: new",
    as: as.secretKey,
    request: upsert({ name: "u1", sku: "up-1" }, { on_conflict: "sku" }),
    expect: created({ data: { sku: "up-1", color: "red", version: 1 }, meta: became("inserted") }),
  },
  {
    name: "upsert: by a unique field: there, and merged",
    as: as.secretKey,
    given: [hasPart("merged", { sku: "up-2", count: 4, color: "blue" })],
    request: upsert({ name: "u2", sku: "up-2", weight: 1.5 }, { on_conflict: "sku", resolution: "merge" }),
    expect: ok({
      data: { id: part("merged"), name: "u2", count: 4, color: "blue", weight: 1.5, version: 2 },
      meta: became("updated"),
    }),
    then: [partIs("merged", { name: "u2", count: 4, version: 2 })],
  },
  {
    name: "upsert: by a unique field: there, and only what is given changes, without the required fields",
    as: as.secretKey,
    given: [hasPart("changedInPart", { sku: "up-42", count: 4, color: "blue" })],
    request: upsert(
      [
        { sku: "up-42", weight: 1.5 },
        { name: "u42", sku: "up-45", weight: 2 },
      ],
      { on_conflict: "sku" },
    ),
    expect: created({
      data: [{ id: part("changedInPart"), count: 4, color: "blue", weight: 1.5, version: 2 }, { name: "u42" }],
      meta: became("updated", "inserted"),
    }),
    then: [partIs("changedInPart", { count: 4, weight: 1.5, version: 2 })],
  },
  {
    name: "upsert: by a unique field: there, and left alone",
    as: as.secretKey,
    given: [hasPart("ignored", { sku: "up-3", count: 4 })],
    request: upsert({ name: "u3", sku: "up-3", count: 9 }, { on_conflict: "sku", resolution: "ignore" }),
    expect: ok({ data: { id: part("ignored"), name: "part-ignored", count: 4, version: 1 }, meta: became("ignored") }),
    then: [partIs("ignored", { count: 4, version: 1 })],
  },
  {
    name: "upsert: by the id",
    as: as.secretKey,
    given: [hasPart("known", { count: 1 })],
    request: upsert(
      [
        { id: part("known"), name: "u4", count: 2 },
        { id: part("added"), name: "u5" },
      ],
      { on_conflict: "id" },
    ),
    expect: created({
      data: [
        { id: part("known"), count: 2, version: 2 },
        { id: part("added"), version: 1 },
      ],
      meta: became("updated", "inserted"),
    }),
    then: [partIs("added", { name: "u5" })],
  },
  {
    name: "upsert: by a set, in any order of its fields",
    as: as.secretKey,
    given: [hasPart("inSet", { aisle: "up", shelf: 1 })],
    request: upsert(
      [
        { name: "u6", aisle: "up", shelf: 1 },
        { name: "u7", aisle: "up", shelf: 2 },
      ],
      { on_conflict: "shelf,aisle" },
    ),
    expect: created({ data: [{ id: part("inSet"), name: "u6" }, { name: "u7" }], meta: became("updated", "inserted") }),
  },
  {
    name: "upsert: null is equal to nothing",
    as: as.secretKey,
    given: [hasPart("withoutSku", { sku: null })],
    request: upsert([{ name: "u8", sku: null }, { name: "u9" }], { on_conflict: "sku" }),
    expect: created({ data: [{ name: "u8" }, { name: "u9" }], meta: became("inserted", "inserted") }),
    then: [partIs("withoutSku", { name: "part-withoutSku", version: 1 })],
  },
  {
    name: "upsert: one item twice in a list is inserted, then merged",
    as: as.secretKey,
    request: upsert(
      [
        { name: "u10", sku: "up-4" },
        { name: "u11", sku: "up-4", count: 1 },
      ],
      { on_conflict: "sku" },
    ),
    expect: { status: 201, body: { meta: became("inserted", "updated") }, excludes: ['"error"', ...INTERNALS] },
    then: [
      {
        request: items("parts", { filter: { sku: "up-4" } }),
        expect: ok({ data: [{ name: "u11", count: 1, version: 2 }] }),
      },
    ],
  },
  {
    name: "upsert: the outcome of each item of a list is reported, though versions do not show it",
    as: as.secretKey,
    given: [hasPart("leftAlone", { sku: "up-20" })],
    request: upsert(
      [
        { name: "u20", sku: "up-19" },
        { name: "u21", sku: "up-20" },
        { name: "u22", sku: "up-19" },
        { name: "u23", sku: null },
      ],
      { on_conflict: "sku", resolution: "ignore" },
    ),
    expect: created({
      data: [
        { name: "u20", version: 1 },
        { id: part("leftAlone"), version: 1 },
        { name: "u20" },
        { name: "u23", version: 1 },
      ],
      meta: became("inserted", "ignored", "ignored", "inserted"),
    }),
  },
  {
    name: "upsert: in a batch, the outcome of each item is reported",
    as: as.secretKey,
    given: [hasPart("batched", { sku: "up-21" })],
    request: batch(
      { op: "guard", collection: "parts", filter: { id: part("batched") }, exists: true },
      { op: "upsert", collection: "parts", on_conflict: "sku", data: { name: "u24", sku: "up-21" } },
      { op: "upsert", collection: "parts", on_conflict: "sku", data: { name: "u25", sku: "up-22" } },
      {
        op: "upsert",
        collection: "parts",
        on_conflict: "sku",
        resolution: "ignore",
        data: { name: "u26", sku: "up-22" },
      },
    ),
    expect: ok({
      data: [{}, { id: part("batched"), version: 2 }, { name: "u25", version: 1 }, { name: "u25", version: 1 }],
      meta: exactly({ results: [null, "updated", "inserted", "ignored"] }),
    }),
  },
  {
    name: "upsert: in a batch, an item that is known by its id may be referred to",
    as: as.secretKey,
    request: batch(
      { op: "upsert", collection: "parts", on_conflict: "id", data: { id: part("referred"), name: "u27" } },
      { op: "update", collection: "parts", id: { $ref: "ops.0.id" }, data: { count: 3 } },
    ),
    expect: ok({ data: [{ id: part("referred") }, { id: part("referred"), count: 3 }] }),
  },
  {
    name: "upsert: in a batch, one that the database finds may not",
    as: as.secretKey,
    request: batch(
      { op: "upsert", collection: "parts", on_conflict: "sku", data: { name: "upsert-bad", sku: "up-23" } },
      { op: "update", collection: "parts", id: { $ref: "ops.0.id" }, data: { count: 3 } },
    ),
    expect: refused(422, "VALIDATION", "operations.1.id.$ref"),
  },
  {
    name: "upsert: ten at once make one",
    as: as.secretKey,
    request: upsert({ name: "u12", sku: "up-5" }, { on_conflict: "sku" }),
    expect: created({ meta: became("inserted") }),
    async verify(_, world) {
      const call = upsert({ name: "u12", sku: "up-6" }, { on_conflict: "sku" });
      const made = await Promise.all(Array.from({ length: 10 }, () => world.must(as.secretKey, call)));
      const inserted = made.map(({ meta }) => (meta as { inserted: number }).inserted).reduce((a, b) => a + b);
      const ids = new Set(made.map(({ data }) => (data as { id: string }).id));
      if (inserted !== 1 || ids.size !== 1) throw new Error(`${inserted} were inserted, with ${ids.size} ids`);
    },
  },
  {
    name: "upsert: a user's own, within the rules",
    as: as.user("alice"),
    given: [hasPart("alices", { sku: "up-7", count: 1, cost: "9.00" }, "alice")],
    request: upsert({ name: "u13", sku: "up-7", count: 2 }, { on_conflict: "sku" }),
    expect: { ...ok({ data: { id: part("alices"), count: 2, cost: "9.00" } }), excludes: ['"error"'] },
    then: [partIs("alices", { count: 2, version: 2 })],
  },
);
