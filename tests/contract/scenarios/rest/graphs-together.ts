import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { box, crate, crateAt, crateHolds, hasBox, MARKS, NODES, noCrate, withCrates } from "../../fixtures/crates.ts";
import { created, get, items, ok, patch, post, type Scenario, uuid, withHeaders } from "../../scenario.ts";

/** Graphs in depth, in numbers, in batches, with keys, and by those to whom rules apply. */
export const scenarios: Scenario[] = withCrates(
  {
    name: "graphs: six levels in one request",
    as: as.secretKey,
    request: post("/api/items/nodes", nested(6, 1)),
    expect: created({
      data: {
        name: "level-0",
        children: [{ children: [{ children: [{ children: [{ children: [{ children: [{ name: "level-6" }] }] }] }] }] }],
      },
    }),
    then: [
      {
        request: items("nodes", { filter: { name: "level-6" }, expand: "parent.parent.parent.parent.parent.parent" }),
        expect: ok({
          data: [
            {
              parent: {
                parent: {
                  parent: { parent: { parent: { parent: { id: uuid(NODES, 1), name: "level-0", parent: null } } } },
                },
              },
            },
          ],
        }),
      },
    ],
  },
  {
    name: "graphs: many items, each with a list of its own",
    as: as.secretKey,
    request: post("/api/items/crates", [
      { id: crate(12), name: "c12", boxes: [{ label: "b20" }] },
      { id: crate(13), name: "c13", marks: { link: [MARKS.fragile] } },
      { id: crate(14), name: "c14" },
    ]),
    expect: created({ data: [{ boxes: [{ label: "b20" }] }, { marks: [{ id: MARKS.fragile }] }, { name: "c14" }] }),
    then: [crateHolds(12, ["b20"], []), crateHolds(13, [], ["fragile"]), crateHolds(14, [], [])],
  },
  {
    name: "graphs: in a batch, with references",
    as: as.secretKey,
    given: [hasBox(21)],
    request: post("/api/batch", {
      operations: [
        { op: "create", collection: "crates", data: { id: crate(15), name: "c15", boxes: [{ label: "b22" }] } },
        {
          op: "update",
          collection: "crates",
          id: { $ref: "ops.0.id" },
          data: { boxes: { link: [box(21)] }, marks: { link: [MARKS.heavy] } },
        },
        { op: "guard", collection: "boxes", filter: { crate: { $ref: "ops.0.id" } }, count: { _eq: 2 } },
      ],
    }),
    expect: ok({
      data: [{ boxes: [{ label: "b22" }] }, { boxes: [{ id: box(21) }], marks: [{ id: MARKS.heavy }] }, {}],
    }),
    then: [crateHolds(15, ["b22", "box-21"], ["heavy"])],
  },
  {
    name: "graphs: with a key a graph is made once",
    as: as.secretKey,
    given: [
      {
        request: withHeaders(post("/api/items/crates", { name: "keyed-crate", boxes: [{ label: "b23" }] }), {
          "idempotency-key": "graph-1",
        }),
        expect: created({ data: { boxes: [{ label: "b23" }] } }),
      },
    ],
    request: withHeaders(post("/api/items/crates", { name: "keyed-crate", boxes: [{ label: "b23" }] }), {
      "idempotency-key": "graph-1",
    }),
    expect: { ...created({ data: { boxes: [{ label: "b23" }] } }), headers: { "idempotency-replayed": "true" } },
    then: [{ request: items("boxes", { filter: { label: "b23" } }), expect: ok({ data: [{}] }) }],
  },
  {
    name: "graphs: a user's graph is under the user's rules, all the way",
    as: as.user("alice"),
    given: [hasBox(24, {}, "alice")],
    request: post("/api/items/crates", {
      id: crate(16),
      name: "c16",
      boxes: { create: [{ label: "b25" }], link: [box(24)] },
      marks: { link: [{ id: MARKS.fragile, $junction: { note: "hers" } }] },
    }),
    expect: {
      ...created({ data: { boxes: [{ label: "b25" }, { id: box(24) }], marks: [{ id: MARKS.fragile }] } }),
      excludes: ['"error"'],
    },
    then: [
      crateHolds(16, ["b25", "box-24"], ["fragile"]),
      { request: patch(crateAt(16), { marks: { unlink: [MARKS.fragile] } }), expect: ok() },
      crateHolds(16, ["b25", "box-24"], []),
      { as: as.user("bob"), request: get(crateAt(16)), expect: { status: 404 } },
      noCrate(17),
    ],
  },
);

function nested(depth: number, id?: number, level = 0): JsonObject {
  return {
    ...(id !== undefined && { id: uuid(NODES, id) }),
    name: `level-${level}`,
    ...(depth > 0 && { children: [nested(depth - 1, undefined, level + 1)] }),
  };
}
