import { expect, test } from "bun:test";
import type { FlowDraftContent } from "./content.ts";
import { grownRights } from "./content.ts";
import {
  copyOf,
  findNode,
  insertNode,
  lanesOf,
  moveNode,
  namesFor,
  placedNodes,
  placeOf,
  removeNode,
  renameNode,
  setIn,
} from "./tree.ts";

const CONTENT: FlowDraftContent = {
  description: "",
  triggers: [],
  permissions: {},
  nodes: [
    { id: "a", type: "set", value: "{{ input.x }}", on_error: { goto: "c" } },
    {
      id: "b",
      type: "loop",
      in: "steps.a.lines",
      as: "line",
      do: [
        { id: "b1", type: "set", value: [{ id: "no", type: "node" }] },
        { id: "b2", type: "mail", text: "{{ steps.b1 }} {{ steps.a }} {{ steps.ab }} {{ errors.?a }}" },
      ],
    },
    { id: "c", type: "unheard_of", outcomes: { yes: [{ id: "c1", type: "set", value: 1 }], no: [] } },
  ],
};

test("nodes are found from top to bottom, also in types that are not known", () => {
  expect(placedNodes(CONTENT.nodes).map(({ node, path }) => `${path.join(".")} ${node.id}`)).toEqual([
    "nodes.0 a",
    "nodes.1 b",
    "nodes.1.do.0 b1",
    "nodes.1.do.1 b2",
    "nodes.2 c",
    "nodes.2.outcomes.yes.0 c1",
  ]);
});

test("a branch shows its cases and what is left, and a condition both ways", () => {
  const branch = { id: "x", type: "branch", on: "1", cases: [{ is: [1, 2], do: [] }] };
  expect(lanesOf(branch)).toEqual([
    { path: ["cases", 0, "do"], nodes: [], is: [1, 2] },
    { path: ["else"], nodes: [] },
  ]);
  expect(lanesOf({ id: "x", type: "condition" }).map(({ path }) => path)).toEqual([["do"], ["else"]]);
});

test("a field that the server names is a part of a node", () => {
  expect(placeOf(CONTENT, "nodes.1.do.1.to.0")).toEqual({ node: ["nodes", 1, "do", 1], part: "to.0" });
  expect(placeOf(CONTENT, "nodes.1.as")).toEqual({ node: ["nodes", 1], part: "as" });
  expect(placeOf(CONTENT, "permissions.fetch.0")).toEqual({ node: undefined, part: "permissions.fetch.0" });
});

test("another id changes what names it, and nothing else", () => {
  const renamed = renameNode(CONTENT, ["nodes", 0], "first");
  expect(findNode(renamed, "first")?.path).toEqual(["nodes", 0]);
  expect(findNode(renamed, "b")?.node.in).toBe("steps.first.lines");
  expect(findNode(renamed, "b2")?.node.text).toBe(
    "{{ steps.b1 }} {{ steps.first }} {{ steps.ab }} {{ errors.?first }}",
  );
  expect(findNode(renameNode(CONTENT, ["nodes", 2], "end"), "a")?.node.on_error).toEqual({ goto: "end" });
});

test("nodes are put in, moved and taken out at any depth", () => {
  const more = insertNode(CONTENT, ["nodes", 1, "do"], 1, { id: "new", type: "wait" });
  const ids = (content: FlowDraftContent) => placedNodes(content.nodes).map(({ node }) => node.id);
  expect(ids(more)).toEqual(["a", "b", "b1", "new", "b2", "c", "c1"]);
  expect(ids(moveNode(more, ["nodes", 1, "do", 2], -1)!)).toEqual(["a", "b", "b1", "b2", "new", "c", "c1"]);
  expect(moveNode(CONTENT, ["nodes", 0], -1)).toBeUndefined();
  expect(ids(removeNode(CONTENT, ["nodes", 1]))).toEqual(["a", "c", "c1"]);
  expect(setIn({ a: 1, b: 2 }, ["a"], undefined)).toEqual({ b: 2 } as never);
});

test("a copy has ids of its own", () => {
  const copy = copyOf(CONTENT, CONTENT.nodes[1]!);
  expect(placedNodes([copy]).map(({ node }) => node.id)).toEqual(["b_2", "b1_2", "b2_2"]);
});

test("expressions may name what is before them, and the element of their loop", () => {
  const before = ["input", "steps.a", "line", "index", "steps.b1", "trigger", "run", "now"];
  expect(namesFor(CONTENT, ["nodes", 1, "do", 1])).toEqual(before);
  expect(namesFor(CONTENT, ["nodes", 2])).toEqual(["input", "steps.a", "steps.b", "trigger", "run", "now"]);
});

test("rights that grow are named", () => {
  const before = { as: null, actions: ["read" as const], fetch: ["a.example"], mail: true };
  const after = { as: "system", actions: ["read" as const, "delete" as const], fetch: [], mail: true, ai: ["small"] };
  expect(grownRights(before, after)).toEqual(["as: system", "actions: delete", "ai: small"]);
});
