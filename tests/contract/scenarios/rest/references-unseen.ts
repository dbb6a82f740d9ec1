import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection, list } from "../../fixtures/collection.ts";
import { type Expected, hidden } from "../../match.ts";
import { namedRows, numberedRows } from "../../rows.ts";
import {
  type Call,
  created,
  del,
  get,
  INTERNALS,
  ok,
  patch,
  post,
  put,
  refused,
  type Scenario,
  type Step,
  uuid,
} from "../../scenario.ts";
import { gone, stored } from "../../steps.ts";
import type { Fixture } from "../../world.ts";

const MEMOS = namedRows(171, { annas: 1, bens: 2, lent: 3, kept: 4, freed: 5 });
const pin = numberedRows(172, 1);
const at = (slug: string, name: string): string => `/api/items/${slug}/${pin(name)}`;

/** Who owns a memo may read it, and who has a loan of it; nobody else knows of it. */
const memos = collection(
  { slug: "memos", fields: [{ name: "text", type: "text" }] },
  {
    rows: (world): JsonObject[] =>
      Object.entries(MEMOS).map(([name, id]) => {
        return { id, text: `memo-${name}`, owner_id: world.userId(name === "bens" ? "bob" : "alice") };
      }),
  },
);
const own = { owner_id: "$user.id" };
const everything = ["read", "create", "update", "delete"];
const ofOwners = everything.map((action) => ({ role: "authenticated", action, condition: own }));

const loans = collection(
  {
    slug: "memo_loans",
    fields: [
      { name: "memo", type: "relation", to: "memos", on_delete: "cascade" },
      { name: "reader", type: "uuid" },
    ],
  },
  {
    needs: [memos],
    rules: ofOwners,
    rows: (world) => [
      { memo: MEMOS.lent, reader: world.userId("bob"), owner_id: world.userId("alice") },
      { memo: MEMOS.kept, reader: world.userId("bob"), owner_id: world.userId("alice") },
    ],
  },
);
const lent: Fixture = {
  name: "memos are read by their owners and by who has a loan",
  needs: [loans],
  async make(world) {
    await world.must(
      as.secretKey,
      patch("/api/collections/memos", { fields: [list("loans", "memo_loans", { via: "memo" })] }),
    );
    const rule = { role: "authenticated", collection: "memos" };
    const lends = { $or: [own, { "loans.reader": "$user.id" }] };
    await world.must(as.secretKey, post("/api/permissions", { ...rule, action: "read", condition: lends }));
    for (const action of ["create", "update", "delete"])
      await world.must(as.secretKey, post("/api/permissions", { ...rule, action, condition: own }));
  },
};
const memo = { name: "memo", type: "relation", to: "memos" };
const pins = collection(
  {
    slug: "pins",
    fields: [{ name: "text", type: "text" }, { name: "code", type: "text", unique: true }, memo],
  },
  {
    needs: [lent],
    rules: ofOwners,
    rows: (world): JsonObject[] => [
      { id: pin("bare"), text: "bare", code: "bare", owner_id: world.userId("bob") },
      { id: pin("pinned"), text: "pinned", memo: MEMOS.annas, owner_id: world.userId("bob") },
    ],
  },
);
const SKETCH = uuid(173, 1);
const sketches = collection(
  { slug: "sketches", kind: "document" },
  {
    rules: ofOwners,
    rows: (world) => [{ id: SKETCH, title: "memo-annas", owner_id: world.userId("alice") }],
  },
);
const clips = collection(
  { slug: "clips", fields: [memo, { name: "sketch", type: "relation", to: "sketches" }] },
  { needs: [lent, sketches], rules: ofOwners },
);
/** Whoever refers to a memo need not read it; so a memo goes without asking them. */
const guesses = collection(
  { slug: "guesses", fields: [{ ...memo, target_access: "none", on_delete: "set_null" }] },
  { needs: [lent], rules: ofOwners },
);
/** The rules choose the memo. */
const forms = collection(
  { slug: "memo_forms", fields: [{ name: "text", type: "text" }, memo] },
  { needs: [lent], rules: [{ role: "public", action: "create", presets: { memo: MEMOS.annas } }] },
);
const ours = collection(
  { slug: "memo_votes", fields: [memo] },
  {
    needs: [lent],
    rules: [{ role: "public", action: "create", condition: { "memo.text": "memo-annas" } }],
  },
);

const tags = collection({ slug: "memo_tags", fields: [{ name: "text", type: "text" }] }, { rules: ofOwners });

const bob = as.user("bob");
const needs = [pins, clips, guesses, forms, ours, tags];
const bare: Step = stored(at("pins", "bare"), { text: "bare", memo: null });
const none = (name: string): Step => gone(at("pins", name));
const unseen = "memo: there is no such item in memos, or you may not read it";

const refuses = (what: string, request: Call, field: string, ...then: Step[]): Scenario => ({
  name: `references: ${what} to what is out of sight`,
  as: bob,
  needs,
  request,
  expect: { ...refused(422, "REFERENCE_NOT_FOUND", field), excludes: ["memo-annas", ...INTERNALS] },
  then: [...then, bare],
});
const allows = (what: string, request: Call, data: Expected, ...then: Step[]): Scenario => ({
  name: `references: ${what}`,
  as: bob,
  needs,
  request,
  expect: {
    status: [200, 201],
    body: { data },
    excludes: ['"error"', "memo-annas", ...INTERNALS],
  },
  then,
});
const batch = (...operations: Json[]): Call => post("/api/batch", { operations });
const load = (slug: string, body: string): Call => ({
  method: "POST",
  path: `/api/items/${slug}/import?format=ndjson`,
  raw: body,
  headers: { "content-type": "application/x-ndjson" },
});

/** Who refers to an item must be able to read it: else one could find out what exists, and keep others from deleting. */
export const scenarios: Scenario[] = [
  {
    ...refuses("no new item", post("/api/items/pins", { id: pin("new"), memo: MEMOS.annas }), "memo", none("new")),
    // As of a memo that is not there.
    verify(reply) {
      if (!reply.text.includes(unseen)) throw new Error(`the error is another: ${reply.text}`);
    },
  },
  {
    ...refuses("an id that is nowhere looks the same as one", post("/api/items/pins", { memo: uuid(171, 99) }), "memo"),
    verify(reply) {
      if (!reply.text.includes(unseen)) throw new Error(`the error is another: ${reply.text}`);
    },
  },
  refuses(
    "no list of items with one",
    post("/api/items/pins", [
      { id: pin("listed"), memo: MEMOS.bens },
      { id: pin("bad"), memo: MEMOS.annas },
    ]),
    "memo",
    none("listed"),
    none("bad"),
  ),
  refuses(
    "no new item with the same id as the one that it refers to",
    post("/api/items/pins", { id: MEMOS.annas, memo: MEMOS.annas }),
    "memo",
    gone(`/api/items/pins/${MEMOS.annas}`),
  ),
  refuses(
    "no batch that creates an item with the same id elsewhere",
    batch(
      { op: "create", collection: "memo_tags", data: { id: MEMOS.annas } },
      { op: "create", collection: "pins", data: { id: pin("tagged"), memo: MEMOS.annas } },
    ),
    "operations.1.data.memo",
    gone(`/api/items/memo_tags/${MEMOS.annas}`),
    none("tagged"),
  ),
  refuses("no change", patch(at("pins", "bare"), { memo: MEMOS.annas }), "memo"),
  refuses("no replacement", put(at("pins", "bare"), { text: "bare", memo: MEMOS.annas }), "memo"),
  refuses(
    "no bulk change",
    { ...patch("/api/items/pins", { memo: MEMOS.annas }), query: { filter: { code: "bare" } } },
    "memo",
  ),
  refuses(
    "no upsert that inserts",
    { ...post("/api/items/pins", { code: "more", memo: MEMOS.annas }), query: { on_conflict: "code" } },
    "memo",
  ),
  refuses(
    "no upsert that updates",
    { ...post("/api/items/pins", { code: "bare", memo: MEMOS.annas }), query: { on_conflict: "code" } },
    "memo",
  ),
  refuses(
    "no batch with a create",
    batch(
      { op: "create", collection: "pins", data: { id: pin("batched"), memo: MEMOS.bens } },
      { op: "create", collection: "pins", data: { memo: MEMOS.annas } },
    ),
    "operations.1.data.memo",
    none("batched"),
  ),
  refuses(
    "no batch with an update",
    batch({ op: "update", collection: "pins", id: pin("bare"), data: { memo: MEMOS.annas } }),
    "operations.0.data.memo",
  ),
  refuses(
    "no batch with an upsert",
    batch({ op: "upsert", collection: "pins", on_conflict: ["code"], data: { code: "bare", memo: MEMOS.annas } }),
    "operations.0.data.memo",
  ),
  refuses("no item to a document", post("/api/items/clips", { id: pin("clip"), sketch: SKETCH }), "sketch", {
    request: get(at("clips", "clip")),
    expect: { status: 404, code: "ITEM_NOT_FOUND" },
  }),
  refuses(
    "no item that would give the access it needs",
    post("/api/items/memo_loans", { memo: MEMOS.annas, reader: uuid(171, 98) }),
    "memo",
    { request: get(`/api/items/memos/${MEMOS.annas}`), expect: { status: 404, code: "ITEM_NOT_FOUND" } },
  ),
  {
    name: "references: an import refuses the rows that refer to what is out of sight",
    as: bob,
    needs,
    request: load(
      "pins",
      [pin("first"), pin("second")]
        .map((id, i) => JSON.stringify({ id, memo: [MEMOS.bens, MEMOS.annas][i]! }))
        .join("\n"),
    ),
    expect: {
      ...ok({ data: { inserted: 1, errors: [{ row: 2, error: { code: "REFERENCE_NOT_FOUND", field: "memo" } }] } }),
      excludes: ["memo-annas", ...INTERNALS],
    },
    then: [none("second"), { request: del(at("pins", "first")), expect: ok() }],
  },
  allows(
    "one's own",
    patch(at("pins", "bare"), { memo: MEMOS.bens }),
    { memo: MEMOS.bens },
    {
      request: patch(at("pins", "bare"), { memo: null }),
      expect: ok({ data: { memo: null } }),
    },
  ),
  allows("to what is lent", post("/api/items/clips", { memo: MEMOS.lent }), { memo: MEMOS.lent }),
  allows("one that stays", patch(at("pins", "pinned"), { text: "again", memo: MEMOS.annas }), { text: "again" }),
  allows("one that stays in a replacement", put(at("pins", "pinned"), { memo: MEMOS.annas }), { text: null }),
  allows(
    "to what the batch creates",
    batch(
      { op: "create", collection: "memos", data: { text: "fresh" } },
      { op: "create", collection: "pins", data: { id: pin("fresh"), memo: { $ref: "ops.0.id" } } },
    ),
    [{ text: "fresh" }, { id: pin("fresh") }],
  ),
  allows("to an item created with it", post("/api/items/pins", { id: pin("graph"), memo: { text: "along" } }), {
    id: pin("graph"),
    memo: { text: "along" },
  }),
  {
    ...allows("whose item a preset chooses", post("/api/items/memo_forms", { text: "hello" }), { memo: hidden }),
    as: as.anonymous,
  },
  {
    ...allows("whose item the rule looks at", post("/api/items/memo_votes", { memo: MEMOS.annas }), { memo: hidden }),
    as: as.anonymous,
  },
  {
    name: "references: the rule that looks at the item decides",
    as: as.anonymous,
    needs,
    request: post("/api/items/memo_votes", { memo: MEMOS.bens }),
    expect: refused(401, "UNAUTHORIZED"),
  },
  {
    name: "references: who deletes what others refer to out of sight is told no more than that",
    as: as.user("alice"),
    needs,
    given: [{ as: bob, request: post("/api/items/pins", { memo: MEMOS.kept }), expect: created() }],
    request: del(`/api/items/memos/${MEMOS.kept}`),
    expect: { ...refused(409, "REFERENCE_IN_USE"), excludes: ["pins", "referrers", ...INTERNALS] },
    then: [stored(`/api/items/memos/${MEMOS.kept}`, { text: "memo-kept" })],
  },
  {
    name: "references: a relation that needs no access to its target never holds it",
    as: bob,
    needs,
    request: post("/api/items/guesses", { id: pin("guess"), memo: MEMOS.freed }),
    expect: created({ data: { memo: MEMOS.freed } }),
    then: [
      { as: as.user("alice"), request: del(`/api/items/memos/${MEMOS.freed}`), expect: ok() },
      { request: get(at("guesses", "guess")), expect: ok({ data: { memo: null } }) },
    ],
  },
  {
    name: "references: and so its definition says what happens then",
    as: as.secretKey,
    needs,
    request: post("/api/collections", { slug: "guessed", fields: [{ ...memo, target_access: "none" }] }),
    expect: refused(422, "VALIDATION", "fields.0.target_access"),
  },
];
