import { as } from "../../as.ts";
import { box, crate, crateAt, crateHolds, hasBox, hasCrate, MARKS, withCrates } from "../../fixtures/crates.ts";
import { aUuid, exactly } from "../../match.ts";
import { created, get, items, ok, patch, post, put, type Scenario } from "../../scenario.ts";

const junctions = (n: number) =>
  items("crate_marks", { filter: { crate: crate(n) }, sort: "rank", fields: "mark.word,note,rank" });

/** An item and what is related to it in one request: made, linked, let go, replaced. */
export const scenarios: Scenario[] = withCrates(
  {
    name: "graphs: a to-one that is an object is made and linked",
    as: as.secretKey,
    request: post("/api/items/boxes", { id: box(1), label: "b1", crate: { id: crate(1), name: "c1" } }),
    expect: created({ data: { id: box(1), label: "b1", crate: { id: crate(1), name: "c1", version: 1 } } }),
    then: [crateHolds(1, ["b1"], [])],
  },
  {
    name: "graphs: a list of a new item is made with it",
    as: as.secretKey,
    request: post("/api/items/crates", {
      id: crate(2),
      name: "c2",
      boxes: [{ label: "b2" }, { label: "b3" }],
      marks: [{ word: "new-mark-2", $junction: { note: "n", rank: 1 } }],
    }),
    expect: created({
      data: {
        id: crate(2),
        boxes: [
          { id: aUuid, label: "b2", crate: crate(2) },
          { label: "b3", version: 1 },
        ],
        marks: [{ id: aUuid, word: "new-mark-2" }],
      },
    }),
    then: [
      crateHolds(2, ["b2", "b3"], ["new-mark-2"]),
      { request: junctions(2), expect: ok({ data: [{ note: "n", rank: 1, mark: { word: "new-mark-2" } }] }) },
    ],
  },
  {
    name: "graphs: what is there is linked to a new item",
    as: as.secretKey,
    given: [hasBox(4), hasBox(5)],
    request: post("/api/items/crates", {
      id: crate(3),
      name: "c3",
      boxes: { create: [{ label: "b6" }], link: [box(4), { id: box(5) }] },
      marks: { link: [MARKS.fragile, { id: MARKS.heavy, $junction: { note: "two", rank: 2 } }] },
    }),
    expect: created({
      data: {
        boxes: [{ label: "b6" }, exactly({ id: box(4) }), exactly({ id: box(5) })],
        marks: [{ id: MARKS.fragile }, { id: MARKS.heavy }],
      },
    }),
    then: [
      crateHolds(3, ["b6", "box-4", "box-5"], ["fragile", "heavy"]),
      {
        request: junctions(3),
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
      hasCrate(4, {
        boxes: [
          { id: box(7), label: "b7" },
          { id: box(8), label: "b8" },
        ],
        marks: { link: [MARKS.fragile, MARKS.heavy] },
      }),
      hasBox(9),
    ],
    request: patch(crateAt(4), {
      name: "c4",
      boxes: { create: [{ label: "b10" }], link: [box(9)], unlink: [box(7)] },
      marks: { link: [MARKS.wet], unlink: [MARKS.fragile] },
    }),
    expect: ok({ data: { name: "c4", version: 2, boxes: [{ label: "b10" }, { id: box(9) }] } }),
    then: [
      crateHolds(4, ["b10", "b8", "box-9"], ["heavy", "wet"]),
      { request: get(`/api/items/boxes/${box(7)}`), expect: ok({ data: { crate: null, version: 2 } }) },
    ],
  },
  {
    name: "graphs: set links these and lets all others go",
    as: as.secretKey,
    given: [
      hasCrate(5, {
        boxes: [
          { id: box(11), label: "b11" },
          { id: box(12), label: "b12" },
        ],
        marks: { link: [MARKS.fragile, MARKS.heavy] },
      }),
      hasBox(13),
    ],
    request: patch(crateAt(5), {
      boxes: { set: [box(12), box(13)] },
      marks: { set: [MARKS.heavy, { id: MARKS.wet, $junction: { rank: 9 } }] },
    }),
    expect: ok(),
    then: [
      crateHolds(5, ["b12", "box-13"], ["heavy", "wet"]),
      { request: get(`/api/items/boxes/${box(12)}`), expect: ok({ data: { version: 1 } }) },
      { request: patch(crateAt(5), { boxes: { set: [] }, marks: { set: [] } }), expect: ok() },
      crateHolds(5, [], []),
      { request: get(`/api/items/boxes/${box(11)}`), expect: ok({ data: { crate: null } }) },
      { request: get(`/api/items/marks/${MARKS.wet}`), expect: ok({ data: { word: "wet" } }) },
    ],
  },
  {
    name: "graphs: linking what is linked changes nothing",
    as: as.secretKey,
    given: [
      hasCrate(6, {
        boxes: [{ id: box(14), label: "b14" }],
        marks: { link: [{ id: MARKS.fragile, $junction: { note: "kept" } }] },
      }),
    ],
    request: patch(crateAt(6), { boxes: { link: [box(14)] }, marks: { link: [MARKS.fragile] } }),
    expect: ok({ data: { boxes: [{ id: box(14) }], marks: [{ id: MARKS.fragile }] } }),
    then: [
      crateHolds(6, ["b14"], ["fragile"]),
      { request: get(`/api/items/boxes/${box(14)}`), expect: ok({ data: { version: 1 } }) },
      { request: junctions(6), expect: ok({ data: [{ note: "kept" }] }) },
    ],
  },
  {
    name: "graphs: unlinking what is not linked changes nothing",
    as: as.secretKey,
    given: [hasCrate(7), hasBox(15)],
    request: patch(crateAt(7), { boxes: { unlink: [box(15)] }, marks: { unlink: [MARKS.heavy] } }),
    expect: ok(),
    then: [
      crateHolds(7, [], []),
      { request: get(`/api/items/boxes/${box(15)}`), expect: ok({ data: { version: 1 } }) },
    ],
  },
  {
    name: "graphs: a linked item moves from one to the other",
    as: as.secretKey,
    given: [hasCrate(8, { boxes: [{ id: box(16), label: "b16" }] }), hasCrate(9)],
    request: patch(crateAt(9), { boxes: { link: [box(16)] } }),
    expect: ok(),
    then: [crateHolds(8, [], []), crateHolds(9, ["b16"], [])],
  },
  {
    name: "graphs: a replacement leaves lists alone that it does not name",
    as: as.secretKey,
    given: [hasCrate(10, { boxes: [{ label: "b17" }], marks: { link: [MARKS.fragile] } })],
    request: put(crateAt(10), { name: "c10", marks: { set: [MARKS.heavy] } }),
    expect: ok({ data: { name: "c10", version: 2 } }),
    then: [crateHolds(10, ["b17"], ["heavy"])],
  },
  {
    name: "graphs: a change may make the item that it points to",
    as: as.secretKey,
    given: [hasBox(18)],
    request: patch(`/api/items/boxes/${box(18)}`, {
      crate: { id: crate(11), name: "c11", marks: { link: [MARKS.wet] } },
    }),
    expect: ok({ data: { crate: { id: crate(11), marks: [{ id: MARKS.wet }] }, version: 2 } }),
    then: [crateHolds(11, ["box-18"], ["wet"])],
  },
);
