import type { Json } from "@plinth/core";
import { as } from "../../as.ts";
import { collection, relation } from "../../fixtures/collection.ts";
import { exactly } from "../../match.ts";
import { namedRows } from "../../rows.ts";
import { type Call, created, INTERNALS, items, ok, patch, post, put, refused, type Scenario } from "../../scenario.ts";

const LANDS = namedRows(910, { andorra: 1, brazil: 2, hidden: 3 });
const TOWNS = namedRows(911, { changed: 1, replaced: 2, bulk: 3 });

/** Signed-in people see the lookup_lands that are open, by code and name, and not their secret. */
const lands = collection(
  {
    slug: "lookup_lands",
    fields: [
      { name: "cca2", type: "text", unique: true },
      { name: "secret", type: "text", unique: true },
      { name: "name", type: "text" },
      { name: "number", type: "integer" },
      { name: "open", type: "boolean" },
    ],
    unique_together: [["name", "number"]],
  },
  {
    rules: [
      { role: "authenticated", action: "read", condition: { open: true }, fields: ["cca2", "name", "number", "open"] },
    ],
    rows: [
      { id: LANDS.andorra, cca2: "AD", secret: "s-ad", name: "Andorra", number: 20, open: true },
      { id: LANDS.brazil, cca2: "BR", secret: "s-br", name: "Brazil", number: 76, open: true },
      { id: LANDS.hidden, cca2: "HH", secret: "s-hh", name: "Hidden", number: 1, open: false },
    ],
  },
);
const towns = collection(
  {
    slug: "lookup_towns",
    fields: [
      { name: "name", type: "text", unique: true },
      relation("land", "lookup_lands"),
      relation("twin", "lookup_towns"),
    ],
  },
  {
    needs: [lands],
    rules: ["create", "read", "update"].map((action) => ({ role: "authenticated", action })),
    rows: [
      { id: TOWNS.changed, name: "changed" },
      { id: TOWNS.replaced, name: "replaced" },
      { id: TOWNS.bulk, name: "bulk" },
    ],
  },
);
const land = (lookup: Json): Json => ({ $lookup: lookup });
const upsert = (body: Json): Call => ({ ...post("/api/items/lookup_towns", body), query: { on_conflict: "name" } });
const load = (raw: string, map: Json): Call => ({
  method: "POST",
  path: `/api/items/lookup_towns/import?format=csv&map=${encodeURIComponent(JSON.stringify(map))}`,
  raw,
  headers: { "content-type": "text/csv" },
});
const unseen = { excludes: [LANDS.hidden, "s-hh", ...INTERNALS] };

/** A related item is given by a unique field, under the caller's read rules. */
export const scenarios: Scenario[] = [
  {
    name: "lookup: a create names its related items by unique fields",
    as: as.user("alice"),
    request: post("/api/items/lookup_towns", [
      { name: "Ordino", land: land({ cca2: "AD" }) },
      { name: "Recife", land: land({ number: 76, name: "Brazil" }), twin: land({ id: TOWNS.changed }) },
    ]),
    expect: created({
      data: [
        { name: "Ordino", land: LANDS.andorra },
        { name: "Recife", land: LANDS.brazil, twin: TOWNS.changed },
      ],
    }),
  },
  {
    name: "lookup: changes, replacements, upserts and batches take it too",
    as: as.user("alice"),
    request: patch(`/api/items/lookup_towns/${TOWNS.changed}`, { land: land({ cca2: "BR" }) }),
    expect: ok({ data: { name: "changed", land: LANDS.brazil } }),
    then: [
      {
        request: put(`/api/items/lookup_towns/${TOWNS.replaced}`, { name: "replaced", land: land({ cca2: "AD" }) }),
        expect: ok({ data: { land: LANDS.andorra } }),
      },
      {
        request: upsert([{ name: "replaced", land: land({ cca2: "BR" }) }]),
        expect: ok({ data: [{ id: TOWNS.replaced, land: LANDS.brazil }] }),
      },
      {
        request: {
          ...patch("/api/items/lookup_towns", { land: land({ cca2: "AD" }) }),
          query: { filter: { name: "bulk" } },
        },
        expect: ok({ data: { updated: 1 } }),
      },
      {
        request: post("/api/batch", {
          operations: [
            { op: "create", collection: "lookup_towns", data: { name: "Olinda", land: land({ cca2: "BR" }) } },
            { op: "update", collection: "lookup_towns", id: TOWNS.bulk, data: { twin: land({ name: "changed" }) } },
          ],
        }),
        expect: ok({ data: [{ land: LANDS.brazil }, { land: LANDS.andorra, twin: TOWNS.changed }] }),
      },
    ],
  },
  {
    name: "lookup: what is not there or out of sight is the same refusal, and nothing is written",
    as: as.user("alice"),
    request: post("/api/items/lookup_towns", [{ name: "no-1" }, { name: "no-2", land: land({ cca2: "HH" }) }]),
    expect: { ...refused(422, "REFERENCE_NOT_FOUND", "1.land"), ...unseen },
    then: [
      {
        request: post("/api/items/lookup_towns", { name: "no-1", land: land({ cca2: "ZZ" }) }),
        expect: { ...refused(422, "REFERENCE_NOT_FOUND", "land"), contains: ["no item of lookup_lands", '\\"ZZ\\"'] },
      },
      {
        request: post("/api/items/lookup_towns", { name: "no-1", land: land({ secret: "s-ad" }) }),
        expect: { ...refused(403, "FIELD_FORBIDDEN", "land.$lookup.secret"), ...unseen },
      },
      {
        request: post("/api/items/lookup_towns", { name: "no-1", land: land({ open: true }) }),
        expect: { ...refused(422, "VALIDATION", "land.$lookup"), contains: ["cca2"], excludes: ["secret"] },
      },
      {
        request: post("/api/items/lookup_towns", { name: "no-1", land: land({ cca2: "AD", open: true }) }),
        expect: refused(422, "VALIDATION", "land.$lookup"),
      },
      {
        request: post("/api/items/lookup_towns", { name: "no-1", land: land({ cca2: null }) }),
        expect: refused(422, "VALIDATION", "land.$lookup.cca2"),
      },
      {
        request: post("/api/items/lookup_towns", { name: "no-1", land: { $lookup: { cca2: "AD" }, name: "x" } }),
        expect: refused(422, "UNKNOWN_FIELD", "land.name"),
      },
      {
        request: post("/api/batch", {
          operations: [
            { op: "create", collection: "lookup_towns", data: { name: "no-1" } },
            { op: "create", collection: "lookup_towns", data: { name: "no-2", land: land({ cca2: "HH" }) } },
          ],
        }),
        expect: { ...refused(422, "REFERENCE_NOT_FOUND", "operations.1.data.land"), ...unseen },
      },
      {
        as: as.secretKey,
        request: items("lookup_towns", { filter: { name: { _starts_with: "no-" } } }),
        expect: ok({ data: exactly([]) }),
      },
    ],
  },
  {
    name: "lookup: who may not write learns nothing of the target",
    as: as.anonymous,
    request: post("/api/items/lookup_towns", { name: "x", land: land({ cca2: "AD" }) }),
    expect: { ...refused(401, "UNAUTHORIZED"), excludes: ["cca2", "number", ...INTERNALS] },
  },
  {
    name: "lookup: an import names related items by a unique field in its map",
    as: as.user("alice"),
    request: load("name,country\nEncamp,AD\nNowhere,ZZ\nUnseen,HH\nNatal,BR\nNone,\n", { country: "land.cca2" }),
    expect: {
      ...ok({
        data: {
          total: 5,
          inserted: 3,
          failed: 2,
          errors: [
            { row: 2, line: 3, error: { code: "REFERENCE_NOT_FOUND", field: "land" } },
            { row: 3, line: 4, error: { code: "REFERENCE_NOT_FOUND", field: "land" } },
          ],
        },
      }),
      ...unseen,
    },
    then: [
      {
        request: items("lookup_towns", {
          filter: { name: { _in: ["Encamp", "Natal", "None"] } },
          sort: "name",
          fields: "name,land",
        }),
        expect: ok({
          data: [
            { name: "Encamp", land: LANDS.andorra },
            { name: "Natal", land: LANDS.brazil },
            { name: "None", land: null },
          ],
        }),
      },
      { request: load("name,c\na,AD\n", { c: "land.secret" }), expect: refused(403, "FIELD_FORBIDDEN", "map.c") },
      { request: load("name,c\na,AD\n", { c: "land.open" }), expect: refused(422, "VALIDATION", "map.c") },
      { request: load("name,c\na,AD\n", { c: "name.cca2" }), expect: refused(422, "UNKNOWN_FIELD", "map.c") },
    ],
  },
  {
    name: "lookup: an import of an administrator names related items by any field, and refuses a value that several have",
    as: as.secretKey,
    given: [
      {
        request: post("/api/items/lookup_lands", [
          { cca2: "T1", name: "Twin", number: 901 },
          { cca2: "T2", name: "Twin", number: 902 },
          { cca2: "S1", name: "Single", number: 903 },
        ]),
        expect: created(),
      },
    ],
    request: load(`name,of\nA,Twin\nB,Single\nC,Nobody\nD,Twin\nE,${LANDS.brazil}\n`, { of: "land.name" }),
    expect: {
      ...ok({
        data: {
          total: 5,
          inserted: 2,
          failed: 3,
          errors: [
            { row: 1, error: { code: "VALIDATION", field: "land" } },
            { row: 3, error: { code: "REFERENCE_NOT_FOUND", field: "land" } },
            { row: 4, error: { code: "VALIDATION", field: "land" } },
          ],
        },
      }),
      excludes: INTERNALS,
    },
  },
  {
    name: "lookup: a value that looks like a variable or an expression is a value",
    as: as.secretKey,
    request: load("name,country\nDollar,$USD\nUser,$user.id\nClock,now()\n", { country: "land.cca2" }),
    given: [
      {
        request: post("/api/items/lookup_lands", [{ cca2: "$USD" }, { cca2: "$user.id" }, { cca2: "now()" }]),
        expect: created(),
      },
    ],
    expect: ok({ data: { total: 3, inserted: 3, failed: 0 } }),
    then: [
      {
        request: items("lookup_towns", {
          filter: { name: { _in: ["Dollar", "User", "Clock"] } },
          sort: "name",
          fields: "name,land.cca2",
        }),
        expect: ok({
          data: [
            { name: "Clock", land: { cca2: "now()" } },
            { name: "Dollar", land: { cca2: "$USD" } },
            { name: "User", land: { cca2: "$user.id" } },
          ],
        }),
      },
      {
        request: post("/api/items/lookup_towns", { name: "Coin", land: land({ cca2: "$USD" }) }),
        expect: created({ data: { name: "Coin" } }),
      },
    ],
  },
  {
    name: "lookup: rows of one file may refer to earlier rows",
    as: as.secretKey,
    request: load("name,twin\nfirst-of-two,\nsecond-of-two,first-of-two\nthird,second-of-two\n", { twin: "twin.name" }),
    expect: ok({ data: { total: 3, inserted: 3, failed: 0 } }),
  },
].map((scenario) => ({ needs: [towns], ...scenario }) as Scenario);
