import { expect, test } from "bun:test";
import { type CollectionExposure, type State, worstFirst } from "./model.ts";

function exposed(slug: string, states: readonly [State, State, State, State]): CollectionExposure {
  const [read, create, update, remove] = states.map((state) => ({ state, condition: null, fields: null, rules: [] }));
  return {
    slug,
    actions: { read: read!, create: create!, update: update!, delete: remove! },
    items: null,
    try: null,
  };
}

test("what strangers may change comes before what they may read, and open before conditional", () => {
  const all = [
    exposed("closed", ["closed", "closed", "closed", "closed"]),
    exposed("some", ["conditional", "closed", "closed", "closed"]),
    exposed("read", ["open", "closed", "closed", "closed"]),
    exposed("inbox", ["closed", "open", "closed", "closed"]),
    exposed("own", ["closed", "closed", "conditional", "closed"]),
    exposed("all", ["open", "open", "open", "open"]),
  ];
  expect(worstFirst(all).map(({ slug }) => slug)).toEqual(["all", "inbox", "own", "read", "some", "closed"]);
});

test("equal ones are in the order of their names", () => {
  const closed = ["closed", "closed", "closed", "closed"] as const;
  expect(worstFirst([exposed("b", closed), exposed("a", closed)]).map(({ slug }) => slug)).toEqual(["a", "b"]);
});
