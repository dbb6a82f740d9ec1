import { as } from "../../as.ts";
import { partsNamed, withNeeds } from "../../fixtures/stock.ts";
import { type Call, created, items, ok, post, put, refused, type Scenario } from "../../scenario.ts";
import { first, keyed } from "./idempotency.ts";

const { hasPart, partAt } = partsNamed({ firstUse: 620 });

const badKey = (what: string, key: string): Omit<Scenario, "needs"> => ({
  name: `idempotency: ${what} is no key`,
  as: as.secretKey,
  request: keyed(post("/api/items/parts", { name: "bad-key-made" }), key),
  expect: refused(422, "VALIDATION", "idempotency-key"),
  then: [{ request: items("parts", { filter: { name: "bad-key-made" } }), expect: ok({ data: [] }) }],
});
/** A key that was used for a create; what is sent with it now is something else. */
const reused = (what: string, key: string, call: Call): Omit<Scenario, "needs"> => ({
  name: `idempotency: a key goes with one request: ${what}`,
  as: as.secretKey,
  given: [
    { request: keyed(post("/api/items/parts", { name: "first-use" }), key), expect: { ...created(), excludes: [] } },
    hasPart("firstUse"),
  ].slice(0, key === "reuse-1" ? 2 : 1),
  request: keyed(call, key),
  expect: refused(422, "VALIDATION", "idempotency-key"),
  then: [
    { request: items("parts", { filter: { name: "second-use" } }), expect: { ...ok({ data: [] }), excludes: [] } },
  ],
});

/** What may be a key, and for what. */
export const scenarios: Scenario[] = withNeeds(
  reused("another body", "reuse-1", post("/api/items/parts", { name: "second-use" })),
  reused("another address", "reuse-2", post("/api/items/jottings", { name: "first-use" })),
  reused("another method", "reuse-3", put(partAt("firstUse"), { name: "first-use" })),
  badKey("an empty text", '""'),
  badKey("an open quote", '"open'),
  badKey("a text with a blank and no quotes", "two words"),
  badKey("a text of 256 characters", `"${"k".repeat(256)}"`),
  {
    name: "idempotency: 255 characters are a key",
    as: as.secretKey,
    request: keyed(post("/api/items/parts", { name: "long-key" }), `"${"k".repeat(255)}"`),
    expect: { ...created(), headers: first },
  },
);
