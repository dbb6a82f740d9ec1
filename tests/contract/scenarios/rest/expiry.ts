import { as } from "../../as.ts";
import { books } from "../../fixtures/library.ts";
import { get, INTERNALS, items, ok, refused, type Scenario } from "../../scenario.ts";
import type { Fixture } from "../../world.ts";

/** By now the key's time is nearly over; what is left of it is waited for. */
const expired: Fixture = { name: "the expiring key has expired", make: (world) => world.outlive("expiring") };
const key = as.key("expiring");

/** The last scenarios of the contract, so that the waiting is short. */
export const scenarios: Scenario[] = [
  {
    name: "expiry: an expired key is no key",
    as: key,
    phase: "last",
    needs: [books, expired],
    request: items("books"),
    expect: { ...refused(401, "INVALID_API_KEY"), excludes: ["Peer Gynt", ...INTERNALS] },
  },
  {
    name: "expiry: not even where anybody may ask",
    as: key,
    phase: "last",
    needs: [expired],
    request: get("/api/me"),
    expect: { ...refused(401, "INVALID_API_KEY"), excludes: ["default", ...INTERNALS] },
  },
  {
    name: "expiry: nor as a bearer",
    as: as.key("expiring", "authorization"),
    phase: "last",
    needs: [expired],
    request: { method: "POST", path: "/api/items/books", body: { title: "too late" } },
    expect: { ...refused(401, "INVALID_API_KEY"), excludes: INTERNALS },
    then: [{ as: as.secretKey, request: items("books", { filter: { title: "too late" } }), expect: ok({ data: [] }) }],
  },
  {
    name: "expiry: a key that lives longer goes on",
    as: as.key("lasting"),
    phase: "last",
    needs: [expired],
    request: get("/api/me"),
    expect: ok({ data: { kind: "key" } }),
  },
];
