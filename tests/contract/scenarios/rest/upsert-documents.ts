import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { absent, exactly } from "../../match.ts";
import {
  type Call,
  created,
  INTERNALS,
  items,
  ok,
  post,
  refused,
  type Scenario,
  type Step,
  uuid,
} from "../../scenario.ts";

const SPACE = 740;

/** What is new gets credits; who updates may change the title only. */
const wallets = collection(
  { slug: "wallets", kind: "document" },
  {
    rules: [
      { role: "authenticated", action: "read" },
      { role: "authenticated", action: "create", presets: { credits: 100, 'a"key': "new" } },
      { role: "authenticated", action: "update", fields: ["title", "note"] },
    ],
    rows: [1, 2, 3, 4].map((n) => ({
      id: uuid(SPACE, n),
      title: `t${n}`,
      note: "n",
      credits: n,
      more: { kept: true },
    })),
  },
);

const alice = as.user("alice");
const upsert = (body: Json): Call => ({ ...post("/api/items/wallets", body), query: { on_conflict: "id" } });
const counts = (inserted: number, updated: number, outcomes: string[]) =>
  exactly({ inserted, updated, ignored: 0, outcomes });
const is = (n: number, data: JsonObject): Step => ({
  as: as.secretKey,
  request: items("wallets", { filter: { id: uuid(SPACE, n) } }),
  expect: { status: 200, body: { data: [data] } as never, excludes: [] },
});

/** What is there takes over what was given, and nothing that would fill a new one. */
export const scenarios: Scenario[] = [
  {
    name: "upserted documents: a preset does not replace what is there",
    as: alice,
    needs: [wallets],
    request: upsert({ id: uuid(SPACE, 1), title: "x", note: null }),
    expect: {
      ...ok({
        data: { title: "x", note: absent, credits: 1, more: { kept: true }, version: 2 },
        meta: counts(0, 1, ["updated"]),
      }),
      excludes: ['a\\"key', ...INTERNALS],
    },
  },
  {
    name: "upserted documents: nor in a list, beside one that is new",
    as: alice,
    needs: [wallets],
    request: upsert([
      { id: uuid(SPACE, 2), title: "two" },
      { id: uuid(SPACE, 9), title: "new" },
      { id: uuid(SPACE, 3), title: "three" },
    ]),
    expect: created({
      data: [
        { title: "two", credits: 2, 'a"key': absent },
        { title: "new", credits: 100, 'a"key': "new" },
        { title: "three", credits: 3, 'a"key': absent },
      ],
      meta: counts(1, 2, ["updated", "inserted", "updated"]),
    }),
  },
  {
    name: "upserted documents: nor in a batch",
    as: alice,
    needs: [wallets],
    request: post("/api/batch", {
      operations: [
        { op: "upsert", collection: "wallets", data: { id: uuid(SPACE, 4), title: "four" }, on_conflict: "id" },
      ],
    }),
    expect: ok({ data: [{ title: "four", credits: 4 }], meta: { outcomes: ["updated"] } }),
    then: [is(4, { title: "four", credits: 4 })],
  },
  {
    name: "upserted documents: what may not be updated is refused where it is given",
    as: alice,
    needs: [wallets],
    request: upsert({ id: uuid(SPACE, 1), credits: 1000 }),
    expect: refused(403, "FIELD_FORBIDDEN", "credits"),
    then: [is(1, { credits: 1 })],
  },
];
