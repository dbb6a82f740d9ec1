import type { JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { type NameOf, namedRows } from "../../rows.ts";
import { type Call, INTERNALS, items, ok, refused, type Scenario, type Step } from "../../scenario.ts";

const LAMPS = namedRows(760, { desk: 1, hall: 2, attic: 3, gone: 8 });
const NOTES = namedRows(761, { one: 1, two: 2 });

const lamps = collection(
  {
    slug: "lamps",
    fields: [
      { name: "code", type: "text", unique: true, required: true },
      { name: "watts", type: "integer" },
      { name: "price", type: "decimal", scale: 2 },
      { name: "weight", type: "number" },
      { name: "lit", type: "boolean" },
      { name: "since", type: "timestamp" },
      { name: "more", type: "json" },
    ],
  },
  {
    rules: [
      { role: "authenticated", action: "read" },
      {
        role: "authenticated",
        action: "update",
        condition: { code: { _neq: "attic" } },
        check: { watts: { _lt: 100 } },
      },
    ],
    rows: (["desk", "hall", "attic"] as const).map((code) => ({ id: LAMPS[code], code, watts: 40, price: "9.50" })),
  },
);
const notes = collection(
  { slug: "lamp_notes", kind: "document" },
  { rows: [1, 2].map((n) => ({ id: NOTES[n === 1 ? "one" : "two"], title: `t${n}`, kept: { n } })) },
);

const load = (rows: readonly JsonObject[], slug = "lamps", query: Call["query"] = {}): Call => ({
  method: "POST",
  path: `/api/items/${slug}/import`,
  query: { format: "ndjson", mode: "update", ...query },
  raw: rows.map((row) => JSON.stringify(row)).join("\n"),
  headers: { "content-type": "application/x-ndjson" },
});
const holds = (...rows: readonly JsonObject[]): Step => ({
  as: as.secretKey,
  request: items("lamps", { sort: "id" }),
  expect: ok({ data: rows as never }),
});
const AS_MADE = { watts: 40, version: 1 };
const unchanged = holds(AS_MADE, AS_MADE, AS_MADE);
const alice = as.user("alice");

const refuses = (
  name: string,
  rows: readonly JsonObject[],
  why: Parameters<typeof refused>,
  { by = as.secretKey, details }: { readonly by?: Who; readonly details?: JsonObject } = {},
): Scenario => ({
  name: `import of changes: ${name} refuses all rows`,
  as: by,
  needs: [lamps],
  request: load(rows),
  expect: {
    ...refused(...why),
    ...(details && { body: { error: { details } } as never }),
    excludes: ['"data"', ...INTERNALS],
  },
  then: [unchanged],
});
const change = (name: NameOf<typeof LAMPS>, more: JsonObject): JsonObject => ({ id: LAMPS[name], ...more });

/** An import whose rows change items that exist: all of them, or none. */
export const scenarios: Scenario[] = [
  refuses(
    "a row whose item has another version",
    [change("desk", { version: 1, watts: 1 }), change("hall", { version: 7, watts: 2 })],
    [412, "PRECONDITION_FAILED"],
    { details: { rows: [{ row: 2, id: LAMPS.hall, version: 1 }], rows_total: 1 } },
  ),
  refuses(
    "a row whose item is not there",
    [change("desk", { watts: 1 }), change("gone", { watts: 2 })],
    [404, "ITEM_NOT_FOUND"],
    { details: { rows: [{ row: 2, id: LAMPS.gone, version: null }] } },
  ),
  refuses(
    "a row that is not valid",
    [change("desk", { watts: 1 }), change("hall", { watts: "bright" })],
    [422, "VALIDATION", "watts"],
    { details: { row: 2, failed: 1 } },
  ),
  refuses("a unique value that is taken", [change("hall", { code: "attic" })], [409, "UNIQUE_VIOLATION", "code"]),
  refuses(
    "the same item twice",
    [change("hall", { watts: 1 }), change("hall", { watts: 2 })],
    [422, "VALIDATION", "id"],
  ),
  refuses(
    "an item that no rule lets the caller change",
    [change("desk", { watts: 1 }), change("attic", { watts: 1 })],
    [404, "ITEM_NOT_FOUND"],
    { by: alice },
  ),
  refuses("a value that no rule lets the caller set", [change("desk", { watts: 100 })], [403, "FORBIDDEN"], {
    by: alice,
  }),
  {
    name: "import of changes: each item takes its own values, and keeps the others",
    as: alice,
    needs: [lamps],
    request: load([
      change("hall", { version: 1, watts: 25, price: "12.25", weight: 0.1, lit: true, more: { a: [1] } }),
      change("desk", { version: 1, watts: 60, price: null, weight: 3, lit: false, more: null }),
    ]),
    expect: { ...ok({ data: { total: 2, inserted: 0, updated: 2, failed: 0 } }), excludes: INTERNALS },
    then: [
      holds(
        { code: "desk", watts: 60, price: null, weight: 3, lit: false, more: null, version: 2 },
        { code: "hall", watts: 25, price: "12.25", weight: 0.1, lit: true, more: { a: [1] }, version: 2 },
        AS_MADE,
      ),
      {
        as: as.secretKey,
        request: load([change("attic", { since: "2026-11-30T09:00:00.000Z" }), change("desk", { code: "table" })]),
        expect: ok({ data: { updated: 2 } }),
      },
      holds(
        { code: "table", watts: 60, version: 3 },
        { code: "hall", version: 2 },
        { code: "attic", watts: 40, since: "2026-11-30T09:00:00.000Z", version: 2 },
      ),
    ],
  },
  {
    name: "import of changes: keys of documents are merged into them",
    as: as.secretKey,
    needs: [notes],
    request: load(
      [
        { id: NOTES.one, title: "first", version: 1 },
        { id: NOTES.two, title: null, version: 1 },
      ],
      "lamp_notes",
    ),
    expect: { ...ok({ data: { updated: 2 } }), excludes: INTERNALS },
    then: [
      {
        request: items("lamp_notes", { sort: "id" }),
        expect: ok({
          data: [
            { title: "first", kept: { n: 1 } },
            { kept: { n: 2 }, version: 2 },
          ] as never,
        }),
      },
    ],
  },
];
