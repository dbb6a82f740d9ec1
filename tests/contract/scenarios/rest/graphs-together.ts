import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { boxesNamed, cratesNamed, MARKS, NODES, withCrates } from "../../fixtures/crates.ts";
import { created, get, items, ok, patch, post, type Scenario, withHeaders } from "../../scenario.ts";

const { crate, crateAt, crateHolds, noCrate } = cratesNamed({
  withBox: 12,
  withMark: 13,
  bare: 14,
  batched: 15,
  alices: 16,
  never: 17,
});
const { box, hasBox } = boxesNamed({ referred: 21, alices: 24 });

/** Graphs in depth, in numbers, in batches, with keys, and by those to whom rules apply. */
export const scenarios: Scenario[] = withCrates(
  {
    name: "graphs: six levels in one request",
    as: as.secretKey,
    request: post("/api/items/nodes", nested(6, NODES.root)),
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
                  parent: { parent: { parent: { parent: { id: NODES.root, name: "level-0", parent: null } } } },
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
      { id: crate("withBox"), name: "c12", boxes: [{ label: "b20" }] },
      { id: crate("withMark"), name: "c13", marks: { link: [MARKS.fragile] } },
      { id: crate("bare"), name: "c14" },
    ]),
    expect: created({ data: [{ boxes: [{ label: "b20" }] }, { marks: [{ id: MARKS.fragile }] }, { name: "c14" }] }),
    then: [crateHolds("withBox", ["b20"], []), crateHolds("withMark", [], ["fragile"]), crateHolds("bare", [], [])],
  },
  {
    name: "graphs: in a batch, with references",
    as: as.secretKey,
    given: [hasBox("referred")],
    request: post("/api/batch", {
      operations: [
        { op: "create", collection: "crates", data: { id: crate("batched"), name: "c15", boxes: [{ label: "b22" }] } },
        {
          op: "update",
          collection: "crates",
          id: { $ref: "ops.0.id" },
          data: { boxes: { link: [box("referred")] }, marks: { link: [MARKS.heavy] } },
        },
        { op: "guard", collection: "boxes", filter: { crate: { $ref: "ops.0.id" } }, count: { _eq: 2 } },
      ],
    }),
    expect: ok({
      data: [{ boxes: [{ label: "b22" }] }, { boxes: [{ id: box("referred") }], marks: [{ id: MARKS.heavy }] }, {}],
    }),
    then: [crateHolds("batched", ["b22", "box-referred"], ["heavy"])],
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
    given: [hasBox("alices", {}, "alice")],
    request: post("/api/items/crates", {
      id: crate("alices"),
      name: "c16",
      boxes: { create: [{ label: "b25" }], link: [box("alices")] },
      marks: { link: [{ id: MARKS.fragile, $junction: { note: "hers" } }] },
    }),
    expect: {
      ...created({ data: { boxes: [{ label: "b25" }, { id: box("alices") }], marks: [{ id: MARKS.fragile }] } }),
      excludes: ['"error"'],
    },
    then: [
      crateHolds("alices", ["b25", "box-alices"], ["fragile"]),
      { request: patch(crateAt("alices"), { marks: { unlink: [MARKS.fragile] } }), expect: ok() },
      crateHolds("alices", ["b25", "box-alices"], []),
      { as: as.user("bob"), request: get(crateAt("alices")), expect: { status: 404 } },
      noCrate("never"),
    ],
  },
);

function nested(depth: number, id?: string, level = 0): JsonObject {
  return {
    ...(id !== undefined && { id }),
    name: `level-${level}`,
    ...(depth > 0 && { children: [nested(depth - 1, undefined, level + 1)] }),
  };
}
