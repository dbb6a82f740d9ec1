import type { Json } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { absent, exactly } from "../../match.ts";
import { namedRows } from "../../rows.ts";
import { type Call, INTERNALS, ok, post, type Scenario } from "../../scenario.ts";

const COUPONS = namedRows(770, { bobs: 1, alices: 2 });

/** Everybody may add coupons, and sees those of one's own. */
const coupons = collection(
  {
    slug: "coupons",
    fields: [
      { name: "code", type: "text", unique: true },
      { name: "worth", type: "integer" },
    ],
  },
  {
    rules: [
      { role: "authenticated", action: "create" },
      { role: "authenticated", action: "read", condition: { owner_id: "$user.id" } },
    ],
    rows: (world) => [
      { id: COUPONS.bobs, code: "bobs", worth: 77, owner_id: world.userId("bob") },
      { id: COUPONS.alices, code: "alices", worth: 5, owner_id: world.userId("alice") },
    ],
  },
);

const upsert = (body: Json, more: Call["headers"] = {}): Call => ({
  ...post("/api/items/coupons", body, more),
  query: { on_conflict: "code", resolution: "ignore" },
});
const unseen = { excludes: [COUPONS.bobs, '"worth":77', '"error"', ...INTERNALS] };

/** What is left alone is shown as far as the caller may read it: of what it may not, not even the id. */
export const scenarios: Scenario[] = [
  {
    name: "upsert: an error about a hidden item has no id",
    as: as.user("alice"),
    needs: [coupons],
    request: upsert({ code: "bobs", worth: 1 }),
    expect: {
      ...ok({ data: exactly({ code: "bobs" }), meta: { inserted: 0, updated: 0, ignored: 1 } }),
      ...unseen,
    },
  },
  {
    name: "upsert: nor does it in a list, beside what is one's own",
    as: as.user("alice"),
    needs: [coupons],
    request: upsert([{ code: "bobs" }, { code: "alices" }]),
    expect: { ...ok({ data: [{ id: absent }, { id: COUPONS.alices, worth: 5 }] }), ...unseen },
  },
  {
    name: "upsert: nor in a batch",
    as: as.user("alice"),
    needs: [coupons],
    request: post("/api/batch", {
      operations: [
        { op: "upsert", collection: "coupons", data: { code: "bobs" }, on_conflict: "code", resolution: "ignore" },
      ],
    }),
    expect: { ...ok({ data: [exactly({ code: "bobs" })] }), ...unseen },
  },
];
