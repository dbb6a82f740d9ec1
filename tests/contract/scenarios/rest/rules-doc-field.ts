import type { Json } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { hidden } from "../../match.ts";
import { type NameOf, namedRows, rowsOf } from "../../rows.ts";
import { created, del, INTERNALS, items, ok, post, refused, type Scenario } from "../../scenario.ts";

const PAPERS = namedRows(670, { shown: 1, kept: 2, made: 3 });
const SLIPS = namedRows(680, { refused: 1, shown: 2 });

/** A declared field with the name that the column of documents has, shown in open rows only. */
const papers = collection(
  {
    slug: "papers",
    fields: [
      { name: "title", type: "text" },
      { name: "open", type: "boolean" },
      { name: "doc", type: "json" },
    ],
  },
  {
    rules: [
      { role: "public", action: "read", fields: ["title", "open"] },
      { role: "public", action: "read", condition: { open: true } },
    ],
    rows: [
      { id: PAPERS.shown, title: "one", open: true, doc: { title: "shown-aaa", open: 1 } },
      { id: PAPERS.kept, title: "two", open: false, doc: { title: "kept-zzz", open: 9 } },
    ],
  },
);

/** The same name in what decides about a row that is at hand. */
const slips = collection(
  {
    slug: "slips",
    fields: [
      { name: "public", type: "boolean" },
      { name: "doc", type: "json" },
    ],
  },
  {
    rules: [
      { role: "public", action: "read", condition: { "doc.public": true } },
      { role: "public", action: "create", check: { "doc.public": true } },
    ],
  },
);

const leaksNothing = { excludes: ["kept-zzz", ...INTERNALS] };
const finds = (filter: Json, ...names: NameOf<typeof PAPERS>[]): Scenario => ({
  name: `field called doc: filter ${JSON.stringify(filter)}`,
  as: as.publicKey,
  needs: [papers],
  request: items("papers", { filter, sort: "id" }),
  expect: { ...ok(rowsOf(PAPERS, ...names)), ...leaksNothing },
});

export const scenarios: Scenario[] = [
  finds({ "doc.title": "shown-aaa" }, "shown"),
  finds({ "doc.title": "kept-zzz" }),
  finds({ "doc.open": { _gt: 1 } }),
  finds({ "doc.title": { _null: true } }, "kept"),
  {
    name: "field called doc: it may be left out like any other",
    as: as.secretKey,
    needs: [papers],
    request: post("/api/items/papers", { id: PAPERS.made, title: "three" }),
    expect: created({ data: { title: "three", doc: null } }),
    then: [{ request: del(`/api/items/papers/${PAPERS.made}`), expect: ok() }],
  },
  {
    name: "field called doc: a group does not reveal what is hidden",
    as: as.publicKey,
    needs: [papers],
    request: post("/api/items/papers/aggregate", { group_by: ["doc.title"], aggregates: { n: { count: "*" } } }),
    expect: { ...ok({ data: (list) => Array.isArray(list) && list.length === 2 }), ...leaksNothing },
  },
  {
    name: "field called doc: neither does a sort",
    as: as.publicKey,
    needs: [papers],
    request: items("papers", { sort: "doc.open" }),
    expect: { ...ok({ data: [{ title: "two", doc: hidden }, { title: "one" }] }), ...leaksNothing },
  },
  {
    name: "field called doc: a check looks into it, not beside it",
    as: as.publicKey,
    needs: [slips],
    request: post("/api/items/slips", { id: SLIPS.refused, public: true, doc: { public: false } }),
    expect: refused(403, "FORBIDDEN"),
    then: [
      {
        request: post("/api/items/slips", { id: SLIPS.shown, public: false, doc: { public: true } }),
        expect: created({ data: { public: false, doc: { public: true } } }),
      },
      { request: items("slips"), expect: ok(rowsOf(SLIPS, "shown")) },
    ],
  },
];
