import { as } from "../../as.ts";
import { at, MEMOS, memo, memoNeeds as needs, pin } from "../../fixtures/memos.ts";
import { type Expected, hidden } from "../../match.ts";
import {
  batch,
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
} from "../../scenario.ts";
import { stored } from "../../steps.ts";

const bob = as.user("bob");
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

/** To what they can read, or where a rule or a relation says otherwise, people refer. */
export const scenarios: Scenario[] = [
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
    name: "references: an error about hidden references says no more than that there are some",
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
