import type { JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { BANDS, music } from "../../fixtures/music.ts";
import { absent, exactly, must } from "../../match.ts";
import { rowsOf } from "../../rows.ts";
import { INTERNALS, items, ok, refused, type Scenario } from "../../scenario.ts";

const needs = [music];
const TABLES = ['"c_', "t0", ...INTERNALS];

const aNumber = function aNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
};
const refuses = (what: string, query: Record<string, string>, field: string): Scenario => ({
  name: `totals: ${what} is refused`,
  as: as.secretKey,
  needs,
  request: items("bands", query),
  expect: { ...refused(422, "VALIDATION", field), excludes: ['"data"', ...TABLES] },
});
const noExplain = (who: Who, status: number): Scenario => ({
  name: `explain: not for ${who.name}`,
  as: who,
  needs,
  request: items("bands", { explain: "1" }),
  expect: { ...refused(status, "FORBIDDEN", "explain"), excludes: ['"data"', '"statement"', ...TABLES] },
});

/** How many there are, exactly or about; and how an answer comes about, for those who run the server. */
export const scenarios: Scenario[] = [
  {
    name: "totals: none unless asked for",
    as: as.secretKey,
    needs,
    request: items("bands", { sort: "name", limit: "1" }),
    expect: ok({ ...rowsOf(BANDS, "alpha"), has_more: true, meta: absent, explain: absent }),
  },
  {
    name: "totals: exact, through a list",
    as: as.secretKey,
    needs,
    request: items("bands", { filter: { "genres.name": "jazz" }, meta: "*", count: "exact", limit: "1", sort: "name" }),
    expect: ok({ ...rowsOf(BANDS, "alpha"), meta: exactly({ filter_count: 2, total_count: 4 }) }),
  },
  {
    name: "totals: exact, of what the caller sees",
    as: as.publicKey,
    needs,
    request: items("bands", { filter: { "genres.name": "jazz" }, meta: "*" }),
    expect: { ...ok({ meta: exactly({ filter_count: 1, total_count: 3 }) }), excludes: ["Chord", ...TABLES] },
  },
  {
    name: "totals: exact, of groups along a page beyond the last",
    as: as.secretKey,
    needs,
    request: items("albums", { filter: { sales: { _gte: 100 } }, offset: "50", meta: "filter_count" }),
    expect: ok({ data: [], has_more: false, meta: exactly({ filter_count: 3 }) }),
  },
  {
    name: "totals: about how many",
    as: as.secretKey,
    needs,
    request: items("bands", { filter: { founded: { _gt: 1980 } }, meta: "*", count: "estimate" }),
    // Postgres estimates, and of a table that it has not looked at yet it knows nothing: how good it is once it has is
    // asserted in packages/engine/test/estimates.test.ts. All others count.
    expect: ok({ meta: { filter_count: aNumber, total_count: aNumber } }),
    verify({ json }, world) {
      if (!/sqlite|D1/i.test(world.target.target)) return;
      must((json as JsonObject).meta!, exactly({ filter_count: 3, total_count: 4 }));
    },
  },
  {
    name: "totals: about how many, without a look at what is hidden",
    as: as.publicKey,
    needs,
    request: items("bands", { filter: { founded: { _gt: 1980 } }, meta: "*", count: "estimate" }),
    expect: refused(403, "FIELD_FORBIDDEN", "filter.founded"),
  },
  refuses("another kind of count", { meta: "*", count: "planned" }, "count"),
  refuses("another kind of explanation", { explain: "analyze" }, "explain"),
  {
    name: "explain: the statement and its plan, beside the answer",
    as: as.operator,
    needs,
    request: items("bands", { filter: { founded: { _gt: 1980 } }, sort: "name", explain: "1" }),
    expect: {
      status: 200,
      body: {
        ...rowsOf(BANDS, "alpha", "bravo", "chord"),
        explain: {
          statement: (text) => typeof text === "string" && text.startsWith("select"),
          plan: (lines) => Array.isArray(lines) && lines.length > 0,
        },
      },
      excludes: ['"error"', "SQLITE", "node_modules"],
    },
  },
  noExplain(as.publicKey, 403),
  noExplain(as.user("alice"), 403),
];
