import { as, type Who } from "../../as.ts";
import { embarked, passengerAt, passengers, voyage, voyageAt } from "../../fixtures/voyages.ts";
import { type Call, del, get, INTERNALS, ok, post, refused, type Scenario, type Step } from "../../scenario.ts";
import { gone } from "../../steps.ts";

const needs = [passengers];
const stays = (path: string): Step => ({ as: as.secretKey, request: get(path), expect: ok() });

/** The first passenger is on the second's voyage: whoever deletes only that one finds it held. */
const refuses = (
  what: string,
  n: number,
  request: Call,
  status: 401 | 403 | 409,
  who: Who = as.secretKey,
): Scenario => ({
  name: `deletions: ${what}`,
  as: who,
  needs,
  given: [embarked(n + 1), embarked(n, n + 1)],
  request,
  expect: refused(status, ({ 401: "UNAUTHORIZED", 403: "FORBIDDEN", 409: "REFERENCE_IN_USE" } as const)[status]),
  then: [stays(voyageAt(n)), stays(voyageAt(n + 1)), stays(passengerAt(n)), stays(passengerAt(n + 1))],
});

/** What goes along with an item by one relation does not hold it by another. */
export const scenarios: Scenario[] = [
  {
    name: "deletions: who goes along holds nothing",
    as: as.secretKey,
    needs,
    given: [embarked(1)],
    request: del(voyageAt(1)),
    expect: { ...ok(), excludes: ['"error"', ...INTERNALS] },
    then: [gone(voyageAt(1)), gone(passengerAt(1))],
  },
  {
    name: "deletions: nor in a batch, where what follows sees it gone",
    as: as.secretKey,
    needs,
    given: [embarked(2)],
    request: post("/api/batch", {
      operations: [
        { op: "delete", collection: "voyages", id: voyage(2) },
        { op: "guard", collection: "passengers", filter: { voyage: voyage(2) }, exists: false },
      ],
    }),
    expect: { ...ok({ data: [{ id: voyage(2) }, { guard: true }] }), excludes: ['"error"', ...INTERNALS] },
    then: [gone(voyageAt(2)), gone(passengerAt(2))],
  },
  {
    name: "deletions: several that hold each other go together",
    as: as.secretKey,
    needs,
    given: [embarked(4), embarked(3, 4)],
    request: del("/api/items/voyages", { filter: { id: { _in: [voyage(3), voyage(4)] } } }),
    expect: { ...ok({ data: { matched: 2, deleted: 2 } }), excludes: ['"error"', ...INTERNALS] },
    then: [gone(voyageAt(3)), gone(voyageAt(4)), gone(passengerAt(3)), gone(passengerAt(4))],
  },
  refuses("who stays holds", 5, del(voyageAt(6)), 409),
  refuses("and holds what a filter finds", 7, del("/api/items/voyages", { filter: { name: "voyage-8" } }), 409),
  refuses(
    "and in a batch, before the one that would free it",
    9,
    post("/api/batch", {
      operations: [
        { op: "delete", collection: "voyages", id: voyage(10) },
        { op: "delete", collection: "voyages", id: voyage(9) },
      ],
    }),
    409,
  ),
  refuses("not by a user without a rule", 11, del(voyageAt(11)), 403, as.user("alice")),
  refuses("not by a stranger", 13, del(voyageAt(13)), 401, as.anonymous),
];
