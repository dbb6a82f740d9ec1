import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { ROOMS, rooms } from "../../fixtures/rooms.ts";
import { aText, aUuid, type Expected } from "../../match.ts";
import { INTERNALS, ok, post, refused, type Scenario } from "../../scenario.ts";

const path = "/api/permissions/simulate";
const allow: Expected = { id: aUuid, effect: "allow" };
const deny: Expected = { id: aUuid, effect: "deny" };
const inP = { "room.name": "p" };
const shown = collection(
  {
    slug: "chores_shown",
    fields: [
      { name: "n", type: "integer" },
      { name: "sku", type: "text", unique: true },
      { name: "room", type: "relation", to: "rooms" },
    ],
  },
  {
    needs: [rooms],
    rules: [
      { role: "public", action: "read", condition: { n: { _lt: 5 }, owner_id: "$user.id" } },
      { role: "public", action: "create", check: inP },
      { role: "public", action: "delete" },
      { role: "public", action: "delete", effect: "deny" },
    ],
    rows: [{ n: 1, sku: "taken" }],
  },
);
const asks = (what: string, body: JsonObject, data: { [name: string]: Expected }): Scenario => ({
  name: `simulate: ${what}`,
  as: as.secretKey,
  needs: [rooms, shown],
  request: ({ credentials }) => post(path, { user_id: credentials.userId("bob"), collection: "chores_shown", ...body }),
  expect: { ...ok({ data }), excludes: ['"error"', ...INTERNALS] },
});
const refuses = (what: string, body: JsonObject, field: string): Scenario => ({
  name: `simulate: ${what} is refused`,
  as: as.secretKey,
  needs: [rooms, shown],
  request: post(path, { collection: "chores_shown", ...body }),
  expect: refused(422, "VALIDATION", field),
});

/** What else is reported: SQL and values, fields, and what cannot be known. */
export const scenarios: Scenario[] = [
  asks(
    "the SQL comes with its values",
    { action: "read" },
    {
      where: aText,
      parameters: function values(value) {
        return Array.isArray(value) && value.length === 2 && value.some((one) => Number(one) === 5);
      },
      deciding_rule: null,
      allowed: true,
    },
  ),
  asks(
    "without a condition there is no SQL",
    { action: "delete" },
    { where: null, parameters: [], deciding_rule: deny },
  ),
  asks("fields that may be given", { action: "create" }, { fields: null, allowed: true, decision: "allow" }),
  asks(
    "a described item is looked up by what it refers to",
    { action: "create", item: { room: ROOMS.p } },
    { decision: "allow", deciding_rule: allow },
  ),
  asks(
    "what refers to nothing is undecided",
    { action: "create", item: { room: ROOMS.missing } },
    { allowed: false, decision: "undecided", deciding_rule: null, item_matches: null },
  ),
  asks(
    "so is what is not unique",
    { action: "create", item: { room: ROOMS.p, sku: "taken" } },
    { allowed: false, decision: "undecided", item_matches: null },
  ),
  refuses("a create of what is there", { action: "create", id: ROOMS.p }, "id"),
  refuses("a stored item that is described", { action: "delete", id: ROOMS.p, item: {} }, "item"),
];
