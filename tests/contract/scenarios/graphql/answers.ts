import type { Json } from "@plinth/core";
import { as } from "../../as.ts";
import { music } from "../../fixtures/music.ts";
import { exactly } from "../../match.ts";
import { type Call, get, INTERNALS, post, type Scenario } from "../../scenario.ts";
import type { Fixture } from "../../world.ts";

/** What is written to, with a code that no two have. */
const satchels: Fixture = {
  name: "satchels",
  async make(world) {
    const fields: Json = [
      { name: "name", type: "text" },
      { name: "code", type: "text", unique: true },
    ];
    await world.must(as.secretKey, post("/api/collections", { slug: "satchels", fields }));
    await world.must(as.secretKey, post("/api/items/satchels", { name: "$user.id", code: "a" }));
  },
};

const document = (query: string, variables: Json = {}): Call => post("/api/graphql", { query, variables });

/** What an answer says of writes that are refused, and the forms of filters. */
export const scenarios: Scenario[] = [
  {
    name: "graphql: nothing is written where what is selected is refused",
    as: as.secretKey,
    needs: [music],
    request: document('mutation { create_bands(data: { name: "Never" }) { name albums(limit: 5000) { title } } }'),
    expect: { status: 200, ownErrorForm: true, contains: ['"code":"VALIDATION"'], excludes: INTERNALS },
    then: [
      {
        request: document('{ bands_aggregate(filter: { name: { _eq: "Never" } }) { count } }'),
        expect: { status: 200, body: exactly({ data: { bands_aggregate: { count: 0 } } }) },
      },
    ],
  },
  {
    name: "graphql: with @atomic the error is that of the field that was refused",
    as: as.secretKey,
    needs: [satchels],
    request: document(`mutation @atomic {
      one: create_satchels(data: { name: "One" }) { name }
      two: create_many_satchels(data: [{ name: "Two" }, { name: "Three", code: "a" }]) { name }
    }`),
    expect: {
      status: 200,
      ownErrorForm: true,
      contains: ['"refused":"two"', '"field":"data.1.code"'],
      excludes: ["operations", ...INTERNALS],
    },
    then: [
      { request: get("/api/items/satchels?fields=code"), expect: { status: 200, body: { data: [{ code: "a" }] } } },
    ],
  },
  {
    name: "graphql: a text is never a variable in _literal, and times are relative in _now",
    as: as.secretKey,
    needs: [satchels],
    request: document(
      `query ($typed: String, $days: Int) {
        satchels(filter: { name: { _literal: { _eq: $typed } }, created_at: { _now: { _gte: { sub: { days: $days } } } } }) { code }
        none: satchels(filter: { created_at: { _now: { _gt: { start: day, zone: "Europe/Berlin", add: { days: 2 } } } } }) { code }
      }`,
      { typed: "$user.id", days: 7 },
    ),
    expect: { status: 200, body: exactly({ data: { satchels: [{ code: "a" }], none: [] } }), excludes: INTERNALS },
  },
];
