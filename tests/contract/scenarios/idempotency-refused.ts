import { as } from "../as.ts";
import { collection } from "../fixtures/collection.ts";
import { items, ok, post, refused, type Scenario } from "../scenario.ts";
import { keyed } from "./idempotency.ts";

const ballots = collection({ slug: "ballots", fields: [{ name: "a", type: "text" }] }, {});
const file = { ...post("/api/items/ballots/import"), query: { format: "ndjson" }, raw: '{"a":"x"}\n' };

/** Where a key could not keep its promise it is refused, rather than passed over. */
export const idempotencyRefused: Scenario[] = [
  {
    name: "idempotency: an import takes no key, says so, and writes nothing",
    as: as.secretKey,
    needs: [ballots],
    request: keyed(file, '"no-key-here"'),
    expect: { ...refused(422, "VALIDATION", "idempotency-key"), contains: ["not supported at this address"] },
    then: [{ request: items("ballots"), expect: ok({ data: [] }) }],
  },
  {
    name: "idempotency: who may not write at all is told that, key or not",
    as: as.publicKey,
    request: keyed(post("/api/keys", { name: "never-keyed", kind: "secret" }), '"no-key-here"'),
    expect: refused(403, "FORBIDDEN"),
  },
];
