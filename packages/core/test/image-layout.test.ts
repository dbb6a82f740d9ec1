import { expect, test } from "bun:test";
import { focalPointOf, imageLayout } from "../src/index.ts";

const source = { width: 400, height: 200 };
const focus = { x: 0.5, y: 0.5 };

test.each([
  ["cover", { resize: { width: 200, height: 100 }, crop: { left: 50, top: 0, width: 100, height: 100 } }],
  ["contain", { resize: { width: 100, height: 50 }, canvas: { left: 0, top: 25, width: 100, height: 100 } }],
  ["inside", { resize: { width: 100, height: 50 } }],
  ["outside", { resize: { width: 200, height: 100 } }],
  ["fill", { resize: { width: 100, height: 100 } }],
] as const)("%s", (fit, layout) => {
  expect(imageLayout(source, { width: 100, height: 100, fit, focus })).toEqual(layout);
});

test("a side that is left out follows from the other, and inside never enlarges", () => {
  expect(imageLayout(source, { width: 100, fit: "cover", focus })).toEqual({ resize: { width: 100, height: 50 } });
  expect(imageLayout(source, { height: 400, fit: "cover", focus })).toEqual({ resize: { width: 800, height: 400 } });
  expect(imageLayout(source, { height: 400, fit: "inside", focus })).toEqual({ resize: source });
  expect(imageLayout(source, { width: 800, height: 800, fit: "inside", focus })).toEqual({ resize: source });
  expect(imageLayout(source, { fit: "cover", focus })).toEqual({ resize: source });
});

test("a cut stays within the picture, whatever the sizes", () => {
  for (const [width, height] of [
    [1, 1],
    [3, 7],
    [333, 1],
    [1, 777],
  ] as const) {
    for (const x of [0, 0.1, 0.5, 0.999, 1]) {
      const { resize, crop } = imageLayout(
        { width: 997, height: 13 },
        { width, height, fit: "cover", focus: { x, y: x } },
      );
      expect(crop).toMatchObject({ width, height });
      expect(crop!.left).toBeGreaterThanOrEqual(0);
      expect(crop!.left + width).toBeLessThanOrEqual(resize.width);
      expect(crop!.top + height).toBeLessThanOrEqual(resize.height);
    }
  }
});

test("a position is a name or a point", () => {
  expect(focalPointOf("top-right")).toEqual({ x: 1, y: 0 });
  expect(focalPointOf("0.25,1")).toEqual({ x: 0.25, y: 1 });
  for (const wrong of ["", "middle", "1.5,0", "0.5", "0,5,0", "constructor", "NaN,0", "-1,0"])
    expect(focalPointOf(wrong)).toBeUndefined();
});
