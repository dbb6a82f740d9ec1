import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { absent, exactly } from "../../match.ts";
import { type NameOf, namedRows } from "../../rows.ts";
import { type Call, created, INTERNALS, items, ok, post, refused, type Scenario, type Step } from "../../scenario.ts";

const WALLETS = namedRows(740, { one: 1, two: 2, three: 3, four: 4, made: 9 });

/** What is new gets credits; who updates may change the title only. */
const wallets = collection(
  { slug: "wallets", kind: "document" },
  {
    rules: [
      { role: "authenticated", action: "read" },
      { role: "authenticated", action: "create", presets: { credits: 100, 'a"key': "new" } },
      { role: "authenticated", action: "update", fields: ["title", "note"] },
    ],
    rows: (["one", "two", "three", "four"] as const).map((name, i) => ({
      id: WALLETS[name],
      title: `t${i + 1}`,
      note: "n",
      credits: i + 1,
      more: { kept: true },
    })),
  },
);

const alice = as.user("alice");
const upsert = (body: Json): Call => ({ ...post("/api/items/wallets", body), query: { on_conflict: "id" } });
const counts = (inserted: number, updated: number, results: string[]) =>
  exactly({ inserted, updated, ignored: 0, results });
const is = (name: NameOf<typeof WALLETS>, data: JsonObject): Step => ({
  as: as.secretKey,
  request: items("wallets", { filter: { id: WALLETS[name] } }),
  expect: { status: 200, body: { data: [data] } as never, excludes: [] },
});

/** What is there takes over what was given, and nothing that would fill a new one. */
export const scenarios: Scenario[] = [
  {
    name: "upserted documents: a preset does not replace what is there",
    as: alice,
    needs: [wallets],
    request: upsert({ id: WALLETS.one, title: "x", note: null }),
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
      { id: WALLETS.two, title: "two" },
      { id: WALLETS.made, title: "new" },
      { id: WALLETS.three, title: "three" },
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
        { op: "upsert", collection: "wallets", data: { id: WALLETS.four, title: "four" }, on_conflict: "id" },
      ],
    }),
    expect: ok({ data: [{ title: "four", credits: 4 }], meta: { results: ["updated"] } }),
    then: [is("four", { title: "four", credits: 4 })],
  },
  {
    name: "upserted documents: what may not be updated is refused where it is given",
    as: alice,
    needs: [wallets],
    request: upsert({ id: WALLETS.one, credits: 1000 }),
    expect: refused(403, "FIELD_FORBIDDEN", "credits"),
    then: [is("one", { credits: 1 })],
  },
];
