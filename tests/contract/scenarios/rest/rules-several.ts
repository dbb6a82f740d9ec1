import type { Json } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { absent, aUuid, exactly, matching } from "../../match.ts";
import {
  created,
  type Expectation,
  get,
  INTERNALS,
  items,
  ok,
  patch,
  post,
  refused,
  type Scenario,
  type Step,
} from "../../scenario.ts";

/** Several actions in one rule, several rules in one request, and the same rule twice. */

const path = "/api/permissions";
const several = (slug: string) =>
  collection({
    slug,
    fields: [
      { name: "title", type: "text" },
      { name: "n", type: "integer" },
    ],
  });
const rule = (slug: string, more: Record<string, Json>): Json => ({ role: "public", collection: slug, ...more });
const none = (slug: string): Step => ({ request: get(path, { collection: slug }), expect: ok({ data: exactly([]) }) });
const same: Expectation = {
  status: 409,
  code: "CONFLICT",
  body: { error: { message: matching(/states this already/), details: { rule: aUuid } } },
  excludes: ['"data"', ...INTERNALS],
};
const wrong = (name: string, body: Json, field: string): Scenario => ({
  name: `several rules: ${name} is refused, and none is made`,
  as: as.secretKey,
  needs: [several("several_wrong")],
  request: post(path, body),
  expect: { status: 422, field, excludes: ['"data"', ...INTERNALS] },
  then: [none("several_wrong")],
});

export const scenarios: Scenario[] = [
  {
    name: "several rules: a list of actions makes a rule for each",
    as: as.secretKey,
    needs: [several("several_actions")],
    request: post(path, rule("several_actions", { action: ["read", "create"], fields: ["title"] })),
    expect: created({
      data: [
        { id: aUuid, role: "public", action: "read", effect: "allow", fields: exactly(["title"]), presets: null },
        { id: aUuid, role: "public", action: "create", effect: "allow", fields: exactly(["title"]), presets: null },
      ],
    }),
    then: [
      { as: as.publicKey, request: post("/api/items/several_actions", { title: "a" }), expect: created() },
      { as: as.publicKey, request: items("several_actions"), expect: ok({ data: [{ title: "a", n: absent }] }) },
      { request: post(path, rule("several_actions", { action: ["read"], fields: ["title"] })), expect: same },
      {
        request: post(path, rule("several_actions", { action: ["read"] })),
        expect: created({ data: [{ action: "read" }] }),
      },
    ],
  },
  {
    name: "several rules: a list is made whole, in its order",
    as: as.secretKey,
    needs: [several("several_list")],
    request: post(path, [
      rule("several_list", { action: "read" }),
      rule("several_list", { action: ["update", "delete"], condition: { n: 1 } }),
    ]),
    expect: created({ data: [{ action: "read" }, { action: "update", condition: { n: 1 } }, { action: "delete" }] }),
    then: [
      {
        request: get(path, { collection: "several_list" }),
        expect: ok({ data: [{ action: "read" }, { action: "update" }, { action: "delete" }] }),
      },
    ],
  },
  {
    name: "several rules: the same one again is a conflict that names the first",
    as: as.secretKey,
    needs: [several("several_same")],
    given: [
      {
        request: post(
          path,
          rule("several_same", { action: "read", condition: { n: 1, title: "a" }, fields: ["n", "title"] }),
        ),
        expect: created(),
      },
    ],
    request: post(
      path,
      rule("several_same", { action: "read", condition: { title: "a", n: 1 }, fields: ["title", "n"] }),
    ),
    expect: same,
    then: [
      { request: post(path, rule("several_same", { action: "read", condition: { n: 2 } })), expect: created() },
      {
        request: (seen) => {
          const made = (seen.replies.at(-1)!.json as { data: { id: string } }).data.id;
          return patch(`${path}/${made}`, { condition: { n: 1, title: "a" }, fields: ["n", "title"] });
        },
        expect: same,
      },
      { request: get(path, { collection: "several_same" }), expect: ok({ data: [{}, {}] }) },
    ],
  },
  {
    name: "several rules: one that stays as it is may be patched",
    as: as.secretKey,
    needs: [several("several_kept")],
    given: [{ request: post(path, rule("several_kept", { action: "read" })), expect: created() }],
    request: (seen) =>
      patch(`${path}/${(seen.replies.at(-1)!.json as { data: { id: string } }).data.id}`, { action: "read" }),
    expect: ok({ data: { action: "read" } }),
  },
  {
    name: "several rules: the same one twice in a list",
    as: as.secretKey,
    needs: [several("several_twice")],
    request: post(path, [
      rule("several_twice", { action: "read" }),
      rule("several_twice", { action: ["create", "read"] }),
    ]),
    expect: refused(409, "CONFLICT"),
    then: [none("several_twice")],
  },
  wrong("an action listed twice", rule("several_wrong", { action: ["read", "read"] }), "action"),
  wrong("an unknown action", rule("several_wrong", { action: ["read", "publish"] }), "action"),
  wrong("no action", rule("several_wrong", { action: [] }), "action"),
  wrong("an empty list", [], "body"),
  wrong(
    "a check for one of the actions",
    rule("several_wrong", { action: ["create", "read"], check: { n: 1 } }),
    "check",
  ),
  wrong(
    "a wrong field in the second",
    [rule("several_wrong", { action: "read" }), rule("several_wrong", { action: "create", condition: { nope: 1 } })],
    "1.condition.nope",
  ),
  wrong("a wrong key in the second", [rule("several_wrong", { action: "read" }), { role: "public" }], "1.collection"),
];
