import type { ErrorCode } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { partsByScenario, partsNamed, TAKES, withNeeds } from "../../fixtures/stock.ts";
import { batch, refused, type Scenario, uuid } from "../../scenario.ts";
import { bad, create, update } from "./batch-refused.ts";

const { hasPart, part } = partsNamed({ bobsChanged: 460, bobsDeleted: 461, bobsTaken: 462 });
const madeBy = partsByScenario(590);
const TAKEN = uuid(TAKES, 1);

const alice = as.user("alice");

/** What a caller may not do alone may not be done in a batch either. */
export const scenarios: Scenario[] = withNeeds(
  bad(
    {
      what: "a user changes another's part",
      status: 404,
      code: "ITEM_NOT_FOUND",
      who: alice,
      given: [hasPart("bobsChanged", {}, "bob")],
    },
    update(part("bobsChanged"), { count: 1 }),
  ),
  bad(
    {
      what: "a user deletes another's part",
      status: 404,
      code: "ITEM_NOT_FOUND",
      who: alice,
      given: [hasPart("bobsDeleted", {}, "bob")],
    },
    { op: "delete", collection: "parts", id: part("bobsDeleted") },
  ),
  bad(
    {
      what: "a user's field without right",
      status: 403,
      code: "FIELD_FORBIDDEN",
      field: "operations.1.data.weight",
      who: alice,
    },
    create({ name: "x", weight: 1 }),
  ),
  bad(
    { what: "a result that a user's check forbids", status: 403, code: "FORBIDDEN", who: alice },
    create({ name: "x", count: 51 }),
  ),
  bad(
    {
      what: "a user takes of another's part",
      status: 403,
      code: "FORBIDDEN",
      who: alice,
      given: [hasPart("bobsTaken", {}, "bob")],
    },
    create({ part: part("bobsTaken"), n: 1 }, "takes"),
  ),
  bad(
    { what: "a user writes where there is no rule", status: 403, code: "FORBIDDEN", who: alice },
    create({ word: "x" }, "jottings"),
  ),
  bad(
    { what: "a user's guard where there is no rule", status: 403, code: "FORBIDDEN", who: alice },
    { op: "guard", collection: "jottings", filter: {}, exists: false },
  ),
  bad(
    { what: "a user's update of a take, which no rule allows", status: 403, code: "FORBIDDEN", who: alice },
    { op: "update", collection: "takes", id: TAKEN, data: { n: 2 } },
  ),
  {
    name: "batch: the public's guard on a hidden field",
    as: as.publicKey,
    request: batch({ op: "guard", collection: "parts", filter: { cost: { _gt: "1" } }, exists: true }),
    expect: { ...refused(403, "FIELD_FORBIDDEN", "operations.0.filter.cost"), excludes: ['"data":[', "part-"] },
  },
  ...(
    [
      [as.publicKey, 403, "FORBIDDEN"],
      [as.anonymous, 401, "UNAUTHORIZED"],
      [as.otherSecretKey, 404, "COLLECTION_NOT_FOUND"],
      [as.signedOut, 401, "INVALID_TOKEN"],
    ] as [Who, number, ErrorCode][]
  ).map(([who, status, code]) => ({
    name: `batch: not for ${who.name}`,
    as: who,
    request: batch(create({ id: madeBy.part(who.name), name: "x" })),
    expect: refused(status, code),
    then: [madeBy.noPart(who.name)],
  })),
);
