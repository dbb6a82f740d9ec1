import { as, type Who } from "../../as.ts";
import { embarked, passengerAt, passengers, type Voyage, voyage, voyageAt } from "../../fixtures/voyages.ts";
import { type Call, del, get, INTERNALS, ok, post, refused, type Scenario, type Step } from "../../scenario.ts";
import { gone } from "../../steps.ts";

const needs = [passengers];
const stays = (path: string): Step => ({ as: as.secretKey, request: get(path), expect: ok() });

/** The first passenger is on the second's voyage: a caller who deletes only that one finds it held. */
const refuses = (
  what: string,
  [first, second]: [Voyage, Voyage],
  request: Call,
  status: 401 | 403 | 409,
  who: Who = as.secretKey,
): Scenario => ({
  name: `deletions: ${what}`,
  as: who,
  needs,
  given: [embarked(second), embarked(first, second)],
  request,
  expect: refused(status, ({ 401: "UNAUTHORIZED", 403: "FORBIDDEN", 409: "REFERENCE_IN_USE" } as const)[status]),
  then: [stays(voyageAt(first)), stays(voyageAt(second)), stays(passengerAt(first)), stays(passengerAt(second))],
});

/** What goes along with an item by one relation does not hold it by another. */
export const scenarios: Scenario[] = [
  {
    name: "deletions: who goes along holds nothing",
    as: as.secretKey,
    needs,
    given: [embarked("alone")],
    request: del(voyageAt("alone")),
    expect: { ...ok(), excludes: ['"error"', ...INTERNALS] },
    then: [gone(voyageAt("alone")), gone(passengerAt("alone"))],
  },
  {
    name: "deletions: nor in a batch, where what follows sees it gone",
    as: as.secretKey,
    needs,
    given: [embarked("batched")],
    request: post("/api/batch", {
      operations: [
        { op: "delete", collection: "voyages", id: voyage("batched") },
        { op: "guard", collection: "passengers", filter: { voyage: voyage("batched") }, exists: false },
      ],
    }),
    expect: { ...ok({ data: [{ id: voyage("batched") }, { guard: true }] }), excludes: ['"error"', ...INTERNALS] },
    then: [gone(voyageAt("batched")), gone(passengerAt("batched"))],
  },
  {
    name: "deletions: several that hold each other go together",
    as: as.secretKey,
    needs,
    given: [embarked("second"), embarked("first", "second")],
    request: del("/api/items/voyages", { filter: { id: { _in: [voyage("first"), voyage("second")] } } }),
    expect: { ...ok({ data: { matched: 2, deleted: 2 } }), excludes: ['"error"', ...INTERNALS] },
    then: [gone(voyageAt("first")), gone(voyageAt("second")), gone(passengerAt("first")), gone(passengerAt("second"))],
  },
  refuses("who stays holds", ["staying", "held"], del(voyageAt("held")), 409),
  refuses(
    "and holds what a filter finds",
    ["unmatched", "matched"],
    del("/api/items/voyages", { filter: { name: "voyage-matched" } }),
    409,
  ),
  refuses(
    "and in a batch, before the one that would free it",
    ["freeing", "early"],
    post("/api/batch", {
      operations: [
        { op: "delete", collection: "voyages", id: voyage("early") },
        { op: "delete", collection: "voyages", id: voyage("freeing") },
      ],
    }),
    409,
  ),
  refuses("not by a user without a rule", ["unruled", "unruledOther"], del(voyageAt("unruled")), 403, as.user("alice")),
  refuses("not by a stranger", ["strange", "strangeOther"], del(voyageAt("strange")), 401, as.anonymous),
];
