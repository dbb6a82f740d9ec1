import { expect, test } from "bun:test";
import { LAYOUTS, type LayoutState, layoutOf, layoutParts } from "./layout-state.ts";

const STATE: LayoutState = { layout: "table", by: undefined, span: "month", sums: [] };

test("a layout goes through a saved view unchanged", () => {
  const states: LayoutState[] = [
    ...LAYOUTS.map((layout) => ({ ...STATE, layout })),
    ...LAYOUTS.map((layout) => ({ ...STATE, layout, by: "state" })),
    { ...STATE, by: "published:year", sums: ["pages:sum", "price:avg"] },
    { ...STATE, layout: "calendar", by: "due", span: "week" },
  ];
  expect(states.map((state) => layoutOf(layoutParts(state)))).toEqual(states);
});

test("a board names its field as the docs of views do", () => {
  expect(layoutParts({ ...STATE, layout: "kanban", by: "state" })).toEqual({
    layout: "kanban",
    options: { column: "state" },
  });
  expect(layoutParts({ ...STATE, by: "state" })).toEqual({ layout: "table", group_by: ["state"], options: {} });
});

test("what another program wrote into a view does not break the page", () => {
  expect(layoutOf({})).toEqual(STATE);
  expect(layoutOf({ layout: "calendar", options: { date: 7, span: "year", sums: "x" } })).toEqual({
    ...STATE,
    layout: "calendar",
  });
  expect(layoutOf({ options: { sums: [1, "pages:sum"] } }).sums).toEqual(["pages:sum"]);
});
