import type { JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { namedRows } from "../../rows.ts";
import { batch, type Call, INTERNALS, items, ok, patch, post, put, refused, type Scenario } from "../../scenario.ts";

const ROWS = namedRows(750, { only: 1 });
const INSIDES = ["codename", "falcon", "hush", "owl", ...INTERNALS];

const fields: JsonObject[] = [
  { name: "title", type: "text" },
  { name: "codename", type: "enum", values: ["falcon", "owl"] },
  { name: "hush", type: "text", unique: true },
];
const rows = [{ id: ROWS.only, title: "t", codename: "owl", hush: "h" }];
/** Nobody is given anything here. */
const sealed = collection(
  { slug: "sealed", fields: [...fields, { name: "next", type: "relation", to: "sealed" }] },
  { rows },
);
/** Here the titles are. */
const ajar = collection(
  { slug: "ajar", fields: [...fields, { name: "to", type: "relation", to: "sealed" }] },
  {
    needs: [sealed],
    rules: [
      { role: "authenticated", action: "read", fields: ["title"] },
      { role: "authenticated", action: "create", fields: ["title", "to"] },
      { role: "authenticated", action: "update", fields: ["title", "to"] },
    ],
    rows,
  },
);

const alice = as.user("alice");
const slug = "sealed";
const bad = { zzz: 1, codename: "eagle" };
const item = (of: string): string => `/api/items/${of}/${ROWS.only}`;
const untouched = {
  as: as.secretKey,
  request: items(slug),
  expect: { ...ok({ data: [{ title: "t", version: 1 }] }), excludes: [] },
};

const writes: [string, Call][] = [
  ["a create", post(`/api/items/${slug}`, bad)],
  ["a list", post(`/api/items/${slug}`, [{}, bad])],
  ["what is no object", post(`/api/items/${slug}`, ["text"])],
  ["a create with related items", post(`/api/items/${slug}`, { ...bad, next: bad })],
  ["an upsert", { ...post(`/api/items/${slug}`, bad), query: { on_conflict: "id" } }],
  ["an upsert by what is no key", { ...post(`/api/items/${slug}`, bad), query: { on_conflict: "zzz" } }],
  ["a patch", patch(item(slug), bad)],
  ["a patch with related items", patch(item(slug), { next: bad })],
  ["a replacement", put(item(slug), bad)],
  ["a bulk patch", { ...patch(`/api/items/${slug}`, bad), query: { filter: { zzz: 1 } } }],
  ["an import", { ...post(`/api/items/${slug}/import`, [bad]), query: { format: "json" } }],
  ["a batch's create", batch({ op: "create", collection: slug, data: bad })],
  ["a batch's update", batch({ op: "update", collection: slug, id: ROWS.only, data: bad })],
  ["a batch's replace", batch({ op: "replace", collection: slug, id: ROWS.only, data: bad })],
  ["a batch's upsert", batch({ op: "upsert", collection: slug, data: bad, on_conflict: "zzz" })],
  ["a related create", post("/api/items/ajar", { title: "x", to: bad })],
];

const stranger = ([what, request]: [string, Call], who: Who, status: number): Scenario => ({
  name: `rules first: ${what} by ${who.name} reveals nothing of the fields`,
  as: who,
  needs: [sealed, ajar],
  request,
  expect: { ...refused(status, status === 401 ? "UNAUTHORIZED" : "FORBIDDEN"), excludes: ['"data"', ...INSIDES] },
  then: [untouched],
});

const partly = (what: string, request: Call, expect: Scenario["expect"]): Scenario => ({
  name: `rules first: ${what}`,
  as: alice,
  needs: [sealed, ajar],
  request,
  expect: { ...expect, excludes: ['"data"', "falcon", "owl", "hush", ...INTERNALS] },
});

/** Whether somebody may write is asked before what they write is looked at. */
export const scenarios: Scenario[] = [
  ...writes.map((write) => stranger(write, alice, 403)),
  ...writes.map((write) => stranger(write, as.anonymous, 401)),
  partly(
    "an error about an unknown field lists what the caller may see or write",
    post("/api/items/ajar", { zzz: 1 }),
    {
      ...refused(422, "UNKNOWN_FIELD", "zzz"),
      contains: ["it has title, to"],
    },
  ),
  partly("so it is in a patch", patch(item("ajar"), { zzz: 1 }), {
    ...refused(422, "UNKNOWN_FIELD", "zzz"),
    contains: ["it has title, to"],
  }),
  partly(
    "so are keys for an upsert",
    { ...post("/api/items/ajar", {}), query: { on_conflict: "zzz" } },
    {
      ...refused(422, "VALIDATION", "on_conflict"),
    },
  ),
  partly("a field out of reach is not validated", post("/api/items/ajar", { title: 1, codename: "eagle" }), {
    ...refused(403, "FIELD_FORBIDDEN", "codename"),
  }),
  partly("nor in a patch", patch(item("ajar"), { codename: "eagle" }), {
    ...refused(403, "FIELD_FORBIDDEN", "codename"),
  }),
];
