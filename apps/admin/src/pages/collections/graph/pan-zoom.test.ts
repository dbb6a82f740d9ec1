import { expect, test } from "bun:test";
import { fitted, opened, zoomed } from "./pan-zoom.ts";

test("a picture larger than its frame is made smaller, and stands in the middle", () => {
  expect(fitted({ width: 1000, height: 200 }, { width: 500, height: 500 })).toEqual({ scale: 0.5, x: 0, y: 200 });
});

test("a small picture keeps its size", () => {
  expect(fitted({ width: 100, height: 100 }, { width: 500, height: 300 })).toEqual({ scale: 1, x: 200, y: 100 });
});

test("a picture that could not be read as a whole is shown from its beginning", () => {
  expect(opened({ width: 1000, height: 200 }, { width: 500, height: 500 })).toEqual({ scale: 0.75, x: 0, y: 175 });
  expect(opened({ width: 100, height: 100 }, { width: 500, height: 300 })).toEqual({ scale: 1, x: 200, y: 100 });
});

test("what is under the pointer stays there", () => {
  const next = zoomed({ x: 10, y: 20, scale: 1 }, 2, { x: 110, y: 120 });
  expect(next).toEqual({ scale: 2, x: -90, y: -80 });
});

test("zooming has bounds", () => {
  expect(zoomed({ x: 0, y: 0, scale: 2 }, 2, { x: 50, y: 50 })).toEqual({ scale: 2, x: 0, y: 0 });
});
