import type { ErrorCode, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection, type RuleText } from "../../fixtures/collection.ts";
import { ROOMS, rooms } from "../../fixtures/rooms.ts";
import { aText, aUuid, type Expected } from "../../match.ts";
import { type Call, created, del, ok, patch, post, refused, type Scenario, uuid } from "../../scenario.ts";

const CHORES = 771;
const bob = as.user("bob");
const path = "/api/permissions/simulate";
const allow: Expected = { id: aUuid, effect: "allow" };
const deny: Expected = { id: aUuid, effect: "deny" };
const inP = { "room.name": "p" };
const authors: RuleText[] = [
  {
    role: "authenticated",
    action: "update",
    condition: { state: "draft" },
    check: { state: { _in: ["draft", "in"] } },
  },
  { role: "public", action: "update", condition: { state: "in" }, check: { state: "out" } },
];

interface Case {
  readonly what: string;
  readonly rules: readonly RuleText[];
  /** The body of a create, or of a change of the one item that there is: in room p, with n 3 and the state draft. */
  readonly create?: JsonObject;
  readonly update?: JsonObject;
  readonly delete?: true;
  readonly by?: Expected;
  /** How the request itself is refused; unless given it is done. */
  readonly refusal?: [number, ErrorCode];
  /** What each rule is said to do. */
  readonly matches?: boolean[];
}

const creates = (more: Partial<RuleText> = {}): RuleText => ({ role: "authenticated", action: "create", ...more });
const changes = (more: Partial<RuleText> = {}): RuleText => ({ role: "authenticated", action: "update", ...more });
const forbidden: [number, ErrorCode] = [403, "FORBIDDEN"];
const notThere: [number, ErrorCode] = [404, "ITEM_NOT_FOUND"];
const noField: [number, ErrorCode] = [403, "FIELD_FORBIDDEN"];

const cases: Case[] = [
  { what: "no rule", rules: [], create: { n: 1 }, by: null, refusal: forbidden },
  { what: "a rule", rules: [creates()], create: { n: 1 }, by: allow, matches: [true] },
  {
    what: "a field outside",
    rules: [creates({ fields: ["n"] })],
    create: { n: 1, state: "x" },
    by: null,
    refusal: noField,
  },
  { what: "a field inside", rules: [creates({ fields: ["n"] })], create: { n: 1 }, by: allow, matches: [true] },
  { what: "another owner", rules: [creates()], create: { owner_id: "me" }, by: null, refusal: noField },
  {
    what: "a check, whatever the condition says",
    rules: [creates({ condition: { n: 1 }, check: { n: 2 } })],
    create: { n: 1 },
    by: null,
    refusal: forbidden,
    matches: [false],
  },
  {
    what: "a check that holds",
    rules: [creates({ condition: { n: 1 }, check: { n: 2 } })],
    create: { n: 2 },
    by: allow,
  },
  { what: "a preset", rules: [creates({ presets: { n: 2 }, check: { n: 2 } })], create: { state: "x" }, by: allow },
  { what: "one's own", rules: [creates({ condition: { owner_id: "$user.id" } })], create: { n: 2 }, by: allow },
  {
    what: "a related check, and no room",
    rules: [creates({ check: inP })],
    create: { room: null },
    by: null,
    refusal: forbidden,
  },
  {
    what: "a related check, another room",
    rules: [creates({ check: inP })],
    create: { room: ROOMS.q },
    by: null,
    refusal: forbidden,
  },
  {
    what: "a related check that holds",
    rules: [creates({ check: inP })],
    create: { room: ROOMS.p },
    by: allow,
    matches: [true],
  },
  {
    what: "a related check and a new room",
    rules: [creates({ check: inP })],
    create: { room: { name: "p" } },
    refusal: forbidden,
  },
  {
    what: "a rule that denies rows",
    rules: [creates(), creates({ effect: "deny", condition: { n: 1 } })],
    create: { n: 1 },
    by: deny,
    refusal: forbidden,
    matches: [true, true],
  },
  {
    what: "a rule that denies all",
    rules: [creates(), creates({ effect: "deny" })],
    create: { n: 1 },
    by: deny,
    refusal: forbidden,
  },
  {
    what: "a rule that denies a field",
    rules: [creates(), creates({ effect: "deny", fields: ["n"] })],
    create: { n: 1 },
    by: deny,
    refusal: noField,
  },
  {
    what: "a rule that denies another field",
    rules: [creates(), creates({ effect: "deny", fields: ["state"] })],
    create: { n: 1 },
    by: allow,
    matches: [true, false],
  },
  {
    what: "a condition before",
    rules: [changes({ condition: { n: 4 } })],
    update: { n: 4 },
    by: null,
    refusal: notThere,
  },
  {
    what: "a condition after",
    rules: [changes({ condition: { n: 3 } })],
    update: { n: 4 },
    by: null,
    refusal: forbidden,
  },
  { what: "a check after", rules: [changes({ condition: { n: 3 }, check: { n: 4 } })], update: { n: 4 }, by: allow },
  {
    what: "an operator",
    rules: [changes({ check: { n: { _lt: 5 } } })],
    update: { n: { $inc: 2 } },
    by: null,
    refusal: forbidden,
  },
  { what: "a field", rules: [changes({ fields: ["state"] })], update: { n: 4 }, by: null, refusal: noField },
  { what: "another rule's check", rules: authors, update: { state: "out" }, by: null, refusal: forbidden },
  { what: "its own rule's check", rules: authors, update: { state: "in" }, by: allow, matches: [true, false] },
  {
    what: "a way out of reach",
    rules: [changes({ condition: inP })],
    update: { room: ROOMS.q },
    by: null,
    refusal: forbidden,
  },
  { what: "a way within reach", rules: [changes({ condition: inP })], update: { n: 1 }, by: allow, matches: [true] },
  {
    what: "a change that is denied",
    rules: [changes(), changes({ effect: "deny", condition: { n: 9 } })],
    update: { n: 9 },
    by: deny,
    refusal: forbidden,
  },
  { what: "a deletion", rules: [{ role: "public", action: "delete", condition: inP }], delete: true, by: allow },
  {
    what: "a deletion that is denied",
    rules: [
      { role: "public", action: "delete" },
      { role: "public", action: "delete", effect: "deny", condition: inP },
    ],
    delete: true,
    by: deny,
    refusal: notThere,
  },
];

function compared(one: Case, i: number): Scenario {
  const slug = `chores_${i}`;
  const id = uuid(CHORES, i);
  const chores = collection(
    {
      slug,
      fields: [
        { name: "n", type: "integer" },
        { name: "state", type: "text" },
        { name: "room", type: "relation", to: "rooms" },
      ],
    },
    { rules: one.rules, rows: [{ id, n: 3, state: "draft", room: ROOMS.p }], needs: [rooms] },
  );
  const action = one.create ? "create" : one.update ? "update" : "delete";
  const item = one.create ?? one.update;
  const at = `/api/items/${slug}`;
  const real: Call = one.create
    ? post(at, one.create)
    : one.update
      ? patch(`${at}/${id}`, one.update)
      : del(`${at}/${id}`);
  const decision = one.refusal ? "deny" : "allow";
  const matches = one.matches?.map((holds) => ({ matches: holds }));
  return {
    name: `simulate reports what is done: ${action}, ${one.what}`,
    as: as.secretKey,
    needs: [rooms, chores],
    request: ({ credentials }) =>
      post(path, {
        user_id: credentials.userId("bob"),
        collection: slug,
        action,
        ...(!one.create && { id }),
        ...(item && { item }),
      }),
    expect: ok({
      data: {
        allowed: !one.refusal,
        decision,
        item_matches: !one.refusal,
        reason: aText,
        ...(one.by !== undefined && { deciding_rule: one.by }),
        ...(matches && { matched_rules: matches }),
      },
    }),
    then: [
      {
        as: bob,
        request: real,
        expect: one.refusal ? refused(...one.refusal) : one.create ? created() : ok(),
      },
    ],
  };
}

/** What is reported of a write is what the write itself meets. */
export const scenarios: Scenario[] = cases.map(compared);
