import { as } from "../../as.ts";
import { boxesNamed, cratesNamed, MARKS, withCrates } from "../../fixtures/crates.ts";
import { aUuid, exactly } from "../../match.ts";
import { created, get, items, ok, patch, post, put, type Scenario } from "../../scenario.ts";

const { crate, crateAt, crateHolds, hasCrate } = cratesNamed({
  pointedTo: 1,
  withLists: 2,
  linking: 3,
  changed: 4,
  reset: 5,
  unchanged: 6,
  unrelated: 7,
  former: 8,
  latter: 9,
  replaced: 10,
  ofPatch: 11,
});
const { box, hasBox } = boxesNamed({
  pointing: 1,
  linkedById: 4,
  linkedByObject: 5,
  unlinked: 7,
  kept: 8,
  linked: 9,
  dropped: 11,
  staying: 12,
  joining: 13,
  held: 14,
  loose: 15,
  moving: 16,
  patched: 18,
});

const junctions = (name: Parameters<typeof crate>[0]) =>
  items("crate_marks", { filter: { crate: crate(name) }, sort: "rank", fields: "mark.word,note,rank" });

/** An item and what is related to it in one request: made, linked, let go, replaced. */
export const scenarios: Scenario[] = withCrates(
  {
    name: "graphs: a to-one that is an object is made and linked",
    as: as.secretKey,
    request: post("/api/items/boxes", {
      id: box("pointing"),
      label: "b1",
      crate: { id: crate("pointedTo"), name: "c1" },
    }),
    expect: created({
      data: { id: box("pointing"), label: "b1", crate: { id: crate("pointedTo"), name: "c1", version: 1 } },
    }),
    then: [crateHolds("pointedTo", ["b1"], [])],
  },
  {
    name: "graphs: a list of a new item is made with it",
    as: as.secretKey,
    request: post("/api/items/crates", {
      id: crate("withLists"),
      name: "c2",
      boxes: [{ label: "b2" }, { label: "b3" }],
      marks: [{ word: "new-mark-2", $junction: { note: "n", rank: 1 } }],
    }),
    expect: created({
      data: {
        id: crate("withLists"),
        boxes: [
          { id: aUuid, label: "b2", crate: crate("withLists") },
          { label: "b3", version: 1 },
        ],
        marks: [{ id: aUuid, word: "new-mark-2" }],
      },
    }),
    then: [
      crateHolds("withLists", ["b2", "b3"], ["new-mark-2"]),
      { request: junctions("withLists"), expect: ok({ data: [{ note: "n", rank: 1, mark: { word: "new-mark-2" } }] }) },
    ],
  },
  {
    name: "graphs: what is there is linked to a new item",
    as: as.secretKey,
    given: [hasBox("linkedById"), hasBox("linkedByObject")],
    request: post("/api/items/crates", {
      id: crate("linking"),
      name: "c3",
      boxes: { create: [{ label: "b6" }], link: [box("linkedById"), { id: box("linkedByObject") }] },
      marks: { link: [MARKS.fragile, { id: MARKS.heavy, $junction: { note: "two", rank: 2 } }] },
    }),
    expect: created({
      data: {
        boxes: [{ label: "b6" }, exactly({ id: box("linkedById") }), exactly({ id: box("linkedByObject") })],
        marks: [{ id: MARKS.fragile }, { id: MARKS.heavy }],
      },
    }),
    then: [
      crateHolds("linking", ["b6", "box-linkedById", "box-linkedByObject"], ["fragile", "heavy"]),
      {
        request: junctions("linking"),
        expect: ok({
          data: [
            { note: null, rank: null },
            { note: "two", rank: 2 },
          ],
        }),
      },
    ],
  },
  {
    name: "graphs: create, link and unlink in one change",
    as: as.secretKey,
    given: [
      hasCrate("changed", {
        boxes: [
          { id: box("unlinked"), label: "b7" },
          { id: box("kept"), label: "b8" },
        ],
        marks: { link: [MARKS.fragile, MARKS.heavy] },
      }),
      hasBox("linked"),
    ],
    request: patch(crateAt("changed"), {
      name: "c4",
      boxes: { create: [{ label: "b10" }], link: [box("linked")], unlink: [box("unlinked")] },
      marks: { link: [MARKS.wet], unlink: [MARKS.fragile] },
    }),
    expect: ok({ data: { name: "c4", version: 2, boxes: [{ label: "b10" }, { id: box("linked") }] } }),
    then: [
      crateHolds("changed", ["b10", "b8", "box-linked"], ["heavy", "wet"]),
      { request: get(`/api/items/boxes/${box("unlinked")}`), expect: ok({ data: { crate: null, version: 2 } }) },
    ],
  },
  {
    name: "graphs: set links these and lets all others go",
    as: as.secretKey,
    given: [
      hasCrate("reset", {
        boxes: [
          { id: box("dropped"), label: "b11" },
          { id: box("staying"), label: "b12" },
        ],
        marks: { link: [MARKS.fragile, MARKS.heavy] },
      }),
      hasBox("joining"),
    ],
    request: patch(crateAt("reset"), {
      boxes: { set: [box("staying"), box("joining")] },
      marks: { set: [MARKS.heavy, { id: MARKS.wet, $junction: { rank: 9 } }] },
    }),
    expect: ok(),
    then: [
      crateHolds("reset", ["b12", "box-joining"], ["heavy", "wet"]),
      { request: get(`/api/items/boxes/${box("staying")}`), expect: ok({ data: { version: 1 } }) },
      { request: patch(crateAt("reset"), { boxes: { set: [] }, marks: { set: [] } }), expect: ok() },
      crateHolds("reset", [], []),
      { request: get(`/api/items/boxes/${box("dropped")}`), expect: ok({ data: { crate: null } }) },
      { request: get(`/api/items/marks/${MARKS.wet}`), expect: ok({ data: { word: "wet" } }) },
    ],
  },
  {
    name: "graphs: linking what is linked changes nothing",
    as: as.secretKey,
    given: [
      hasCrate("unchanged", {
        boxes: [{ id: box("held"), label: "b14" }],
        marks: { link: [{ id: MARKS.fragile, $junction: { note: "kept" } }] },
      }),
    ],
    request: patch(crateAt("unchanged"), { boxes: { link: [box("held")] }, marks: { link: [MARKS.fragile] } }),
    expect: ok({ data: { boxes: [{ id: box("held") }], marks: [{ id: MARKS.fragile }] } }),
    then: [
      crateHolds("unchanged", ["b14"], ["fragile"]),
      { request: get(`/api/items/boxes/${box("held")}`), expect: ok({ data: { version: 1 } }) },
      { request: junctions("unchanged"), expect: ok({ data: [{ note: "kept" }] }) },
    ],
  },
  {
    name: "graphs: unlinking what is not linked changes nothing",
    as: as.secretKey,
    given: [hasCrate("unrelated"), hasBox("loose")],
    request: patch(crateAt("unrelated"), { boxes: { unlink: [box("loose")] }, marks: { unlink: [MARKS.heavy] } }),
    expect: ok(),
    then: [
      crateHolds("unrelated", [], []),
      { request: get(`/api/items/boxes/${box("loose")}`), expect: ok({ data: { version: 1 } }) },
    ],
  },
  {
    name: "graphs: a linked item moves from one to the other",
    as: as.secretKey,
    given: [hasCrate("former", { boxes: [{ id: box("moving"), label: "b16" }] }), hasCrate("latter")],
    request: patch(crateAt("latter"), { boxes: { link: [box("moving")] } }),
    expect: ok(),
    then: [crateHolds("former", [], []), crateHolds("latter", ["b16"], [])],
  },
  {
    name: "graphs: a replacement leaves lists alone that it does not name",
    as: as.secretKey,
    given: [hasCrate("replaced", { boxes: [{ label: "b17" }], marks: { link: [MARKS.fragile] } })],
    request: put(crateAt("replaced"), { name: "c10", marks: { set: [MARKS.heavy] } }),
    expect: ok({ data: { name: "c10", version: 2 } }),
    then: [crateHolds("replaced", ["b17"], ["heavy"])],
  },
  {
    name: "graphs: a change may make the item that it points to",
    as: as.secretKey,
    given: [hasBox("patched")],
    request: patch(`/api/items/boxes/${box("patched")}`, {
      crate: { id: crate("ofPatch"), name: "c11", marks: { link: [MARKS.wet] } },
    }),
    expect: ok({ data: { crate: { id: crate("ofPatch"), marks: [{ id: MARKS.wet }] }, version: 2 } }),
    then: [crateHolds("ofPatch", ["box-patched"], ["wet"])],
  },
);
