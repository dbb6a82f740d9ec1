import { expect, test } from "bun:test";
import { WIDE_COLORS } from "@plinth/conformance";
import { profileIn } from "../src/find-profile.ts";
import { matrixProfileOf } from "../src/icc-profile.ts";

const profile = (await profileIn("image/webp", WIDE_COLORS["image/webp"]))!;

test("the same profile is found in each type", async () => {
  expect(profile.byteLength).toBe(480);
  expect(await profileIn("image/jpeg", WIDE_COLORS["image/jpeg"])).toEqual(profile);
  expect(await profileIn("image/png", WIDE_COLORS["image/png"])).toEqual(profile);
});

test("white has all the light of D50, and a curve begins and ends with none and all", () => {
  const { primaries, curves } = matrixProfileOf(profile)!;
  const white = [0, 1, 2].map((i) => primaries.reduce((sum, primary) => sum + primary[i]!, 0));
  for (const [i, value] of [0.9642, 1, 0.8249].entries()) expect(white[i]).toBeCloseTo(value, 2);
  for (const curve of curves) expect([curve(0), curve(1)].map((light) => Math.round(light * 100))).toEqual([0, 100]);
});

test("what is cut, of another kind or of none is no profile", () => {
  for (let length = 0; length < profile.byteLength; length += 13) {
    expect(() => matrixProfileOf(profile.subarray(0, length))).not.toThrow();
  }
  expect(matrixProfileOf(profile.subarray(0, 200))).toBeUndefined();
  const print = profile.slice();
  print.set(new TextEncoder().encode("CMYK"), 16);
  expect(matrixProfileOf(print)).toBeUndefined();
});
