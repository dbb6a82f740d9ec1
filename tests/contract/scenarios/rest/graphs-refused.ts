import type { ErrorCode, Json, JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { boxesNamed, cratesByScenario, cratesNamed, MARKS, noBoxes, withCrates } from "../../fixtures/crates.ts";
import { get, INTERNALS, items, ok, patch, post, refused, type Scenario, type Step } from "../../scenario.ts";

const { crate, crateAt, crateHolds, hasCrate, noCrate } = cratesNamed({
  other: 1,
  sealed: 90,
  older: 91,
  bobs: 92,
  inBobs: 93,
  first: 94,
  second: 95,
});
const { box, hasBox } = boxesNamed({ any: 1, coded: 100, bobs: 110, bobsToo: 111, missing: 999 });
const made = cratesByScenario(101);
const changed = cratesByScenario(201);

type Refusal = [status: number, code: ErrorCode, field?: string];
/** A new crate with something bad in it: neither it nor its good box is left. */
const makes = (
  what: string,
  body: JsonObject,
  [status, code, field]: Refusal,
  more: { who?: Who; given?: Step[] } = {},
): Omit<Scenario, "needs"> => ({
  name: `graphs: refused as a whole: ${what}`,
  as: more.who ?? as.secretKey,
  ...(more.given && { given: more.given }),
  request: post("/api/items/crates", { id: made.crate(what), name: "bad-crate", ...body }),
  expect: { ...refused(status, code, field), excludes: ['"data"', "box-", ...INTERNALS] },
  then: [made.noCrate(what), noBoxes("good-box")],
});
/** A change of a crate that holds one box and bears one mark, and goes on doing so. */
const changes = (
  what: string,
  body: JsonObject,
  [status, code, field]: Refusal,
  more: { who?: Who; given?: Step[]; owner?: "alice" | "bob" } = {},
): Omit<Scenario, "needs"> => ({
  name: `graphs: unchanged: ${what}`,
  as: more.who ?? as.secretKey,
  given: [
    changed.hasCrate(what, { boxes: [{ label: "kept-box" }], marks: { link: [MARKS.fragile] } }, more.owner),
    ...(more.given ?? []),
  ],
  request: patch(changed.crateAt(what), { name: "changed", ...body }),
  expect: { ...refused(status, code, field), excludes: ['"data"', "kept-", ...INTERNALS] },
  then: [
    changed.crateHolds(what, ["kept-box"], ["fragile"]),
    {
      as: as.secretKey,
      request: get(changed.crateAt(what)),
      expect: { ...ok({ data: { name: `crate-${what}`, version: 1 } }), excludes: [] },
    },
    noBoxes("good-box"),
  ],
});
const good: Json = { label: "good-box" };
const alice = as.user("alice");

/** What is wrong anywhere in a graph undoes all of it, and is named by its path. */
export const scenarios: Scenario[] = withCrates(
  makes("a related item without what it needs", { boxes: [good, { code: "x" }] }, [422, "VALIDATION", "boxes.1.label"]),
  makes("a wrong type below", { boxes: { create: [good, { label: 7 }] } }, [422, "VALIDATION", "boxes.create.1.label"]),
  makes("an unknown field below", { boxes: [good, { label: "x", nope: 1 }] }, [422, "UNKNOWN_FIELD", "boxes.1.nope"]),
  makes(
    "a unique value that is taken below",
    { boxes: [good, { label: "x", code: "graph-code" }] },
    [409, "UNIQUE_VIOLATION"],
    {
      given: [hasBox("coded", { code: "graph-code" })],
    },
  ),
  makes(
    "a unique value twice",
    { boxes: [good, { label: "x", code: "graph-twin" }, { label: "y", code: "graph-twin" }] },
    [409, "UNIQUE_VIOLATION"],
  ),
  makes("the list's own relation in an item of it", { boxes: [good, { label: "x", crate: crate("other") }] }, [
    422,
    "VALIDATION",
    "boxes.1.crate",
  ]),
  makes("a link to nothing", { boxes: { create: [good], link: [box("missing")] } }, [422, "REFERENCE_NOT_FOUND"]),
  makes("a link to nothing by a junction", { boxes: [good], marks: { link: [MARKS.missing] } }, [
    422,
    "REFERENCE_NOT_FOUND",
  ]),
  makes("a link that is no id", { boxes: { create: [good], link: ["box-1"] } }, [422, "VALIDATION", "boxes.link.0"]),
  makes("a link said twice", { boxes: [good], marks: { link: [MARKS.fragile, MARKS.fragile] } }, [
    422,
    "VALIDATION",
    "marks.link.1",
  ]),
  makes("a list that is a text", { boxes: "all" }, [422, "VALIDATION", "boxes"]),
  makes("a list that is an id", { boxes: [box("any")] }, [422, "VALIDATION", "boxes.0"]),
  makes("an unknown order", { boxes: { create: [good], push: [] } }, [422, "UNKNOWN_FIELD", "boxes.push"]),
  makes("set beside link", { marks: { set: [MARKS.fragile], link: [MARKS.heavy] } }, [422, "VALIDATION", "marks.set"]),
  makes("junction fields without a junction", { boxes: [{ label: "x", $junction: { note: "x" } }] }, [
    422,
    "VALIDATION",
    "boxes.0.$junction",
  ]),
  makes(
    "an unknown junction field",
    { boxes: [good], marks: { link: [{ id: MARKS.fragile, $junction: { nope: 1 } }] } },
    [422, "UNKNOWN_FIELD"],
  ),
  makes("a junction field that is too long", { marks: [{ word: "long-note", $junction: { note: "x".repeat(21) } }] }, [
    422,
    "VALIDATION",
  ]),
  makes(
    "an end of the junction said aloud",
    { marks: { link: [{ id: MARKS.fragile, $junction: { crate: crate("other") } }] } },
    [422, "VALIDATION", "marks.link.0.$junction.crate"],
  ),
  makes("501 items", { boxes: Array.from({ length: 500 }, () => good) }, [422, "LIMIT_EXCEEDED"]),
  {
    name: "graphs: refused as a whole: seven levels",
    as: as.secretKey,
    request: post("/api/items/nodes", deep(7)),
    expect: refused(422, "LIMIT_EXCEEDED"),
    then: [{ request: items("nodes", { filter: { name: "too-deep" } }), expect: ok({ data: [] }) }],
  },
  changes("a bad item among good ones", { boxes: { create: [good, {}] } }, [422, "VALIDATION", "boxes.create.1.label"]),
  changes(
    "a link to nothing",
    { boxes: { create: [good], link: [box("missing")] }, marks: { unlink: [MARKS.fragile] } },
    [422, "REFERENCE_NOT_FOUND"],
  ),
  changes("a change as a plain list", { boxes: [good] }, [422, "VALIDATION", "boxes"]),
  {
    name: "graphs: unchanged: a required relation is not cleared",
    as: as.secretKey,
    given: [hasCrate("sealed", { seals: [{ text: "kept-seal" }] })],
    request: patch(crateAt("sealed"), { name: "changed", seals: { set: [] } }),
    expect: { ...refused(422, "VALIDATION"), excludes: ['"data"', "kept-seal"] },
    then: [
      {
        request: get(crateAt("sealed"), { expand: "seals" }),
        expect: { ...ok({ data: { name: "crate-sealed", seals: [{ text: "kept-seal" }] } }), excludes: [] },
      },
    ],
  },
  {
    name: "graphs: unchanged: an older version",
    as: as.secretKey,
    given: [hasCrate("older")],
    request: { ...patch(crateAt("older"), { boxes: { create: [good] } }), headers: { "if-match": '"7"' } },
    expect: refused(412, "PRECONDITION_FAILED"),
    then: [crateHolds("older", [], []), noBoxes("good-box")],
  },

  makes(
    "a user makes a mark, which no rule allows",
    { boxes: [good], marks: [{ word: "alices-mark" }] },
    [403, "FORBIDDEN"],
    { who: alice },
  ),
  makes(
    "a user links another's box",
    { boxes: { create: [good], link: [box("bobs")] } },
    [422, "REFERENCE_NOT_FOUND"],
    {
      who: alice,
      given: [hasBox("bobs", {}, "bob")],
    },
  ),
  makes("a user bears a seal, which no rule allows", { boxes: [good], seals: [{ text: "x" }] }, [403, "FORBIDDEN"], {
    who: alice,
  }),
  makes("the public's graph", { boxes: [good] }, [403, "FORBIDDEN"], { who: as.publicKey }),
  makes("an anonymous graph", { boxes: [good] }, [401, "UNAUTHORIZED"], { who: as.anonymous }),
  makes("another workspace's graph", { boxes: [good] }, [404, "COLLECTION_NOT_FOUND"], { who: as.otherSecretKey }),
  changes("another's crate", { boxes: { create: [good] } }, [404, "ITEM_NOT_FOUND"], { who: alice, owner: "bob" }),
  changes("another's crate by its marks only", { name: "x", marks: { set: [] } }, [404, "ITEM_NOT_FOUND"], {
    who: alice,
    owner: "bob",
  }),
  changes(
    "a user takes another's box into the own crate",
    { boxes: { link: [box("bobsToo")] } },
    [422, "REFERENCE_NOT_FOUND"],
    {
      who: alice,
      owner: "alice",
      given: [hasBox("bobsToo", {}, "bob")],
    },
  ),
  changes("a user empties the own crate of a box that is not the user's", { boxes: { set: [] } }, [403, "FORBIDDEN"], {
    who: alice,
    owner: "alice",
  }),
  {
    name: "graphs: refused as a whole: a box of a user in a crate of another",
    as: alice,
    given: [hasCrate("bobs", {}, "bob")],
    request: post("/api/items/boxes", {
      label: "good-box",
      crate: { id: crate("inBobs"), name: "x", owner_id: "00000000-0000-4000-8000-000000000000" },
    }),
    expect: refused(403, "FIELD_FORBIDDEN"),
    then: [noBoxes("good-box"), noCrate("inBobs")],
  },
  {
    name: "graphs: refused in a batch: the operation and the path are named",
    as: as.secretKey,
    request: post("/api/batch", {
      operations: [
        { op: "create", collection: "crates", data: { id: crate("first"), name: "x", boxes: [good] } },
        { op: "create", collection: "crates", data: { id: crate("second"), name: "x", boxes: [good, { code: "x" }] } },
      ],
    }),
    expect: {
      ...refused(422, "VALIDATION", "operations.1.data.boxes.1.label"),
      body: { error: { details: { operation: 1 } } },
    },
    then: [noCrate("first"), noCrate("second"), noBoxes("good-box")],
  },
);

function deep(levels: number): JsonObject {
  return { name: "too-deep", ...(levels > 0 && { children: [deep(levels - 1)] }) };
}
