import { expect, test } from "bun:test";
import type { Field } from "@plinth/core";
import { filledWidths } from "./filled-widths.ts";

const FIELDS: readonly Field[] = [
  { name: "title", type: "text" },
  { name: "pages", type: "integer" },
  { name: "author", type: "text" },
];
const of = (room: number, widths: Record<string, number> = {}) => [...filledWidths(FIELDS, widths, room).values()];

test("columns of words share what is left of the room, up to a width that can be read", () => {
  const [title, pages, author] = of(0) as [number, number, number];
  expect(of(title + pages + author)).toEqual([title, pages, author]);
  const [wider, same, other] = of(1000) as [number, number, number];
  expect([wider > title, same === pages, other === wider]).toEqual([true, true, true]);
  expect(wider + same + other).toBeLessThan(1000);
  expect(of(9000)).toEqual([480, pages, 480]);
});

test("a width that somebody has given stays", () => {
  expect(of(1000, { title: 90 })[0]).toBe(90);
  expect(of(9000, { title: 600, author: 100 })).toEqual([600, of(0)[1]!, 100]);
});
