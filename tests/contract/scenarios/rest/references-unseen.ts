import { as } from "../../as.ts";
import { at, MEMOS, memoNeeds as needs, pin, SKETCH } from "../../fixtures/memos.ts";
import {
  batch,
  type Call,
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

const bob = as.user("bob");
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
];
