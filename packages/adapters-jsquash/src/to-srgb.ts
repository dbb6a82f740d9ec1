import type { MatrixProfile } from "./icc-profile.ts";
import { CHANNELS, type Pixels } from "./pixels.ts";

/** From XYZ under D50 to the light of sRGB: http://www.brucelindbloom.com/index.html?Eqn_RGB_XYZ_Matrix.html */
const FROM_XYZ = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
] as const;
const STEPS = 16_384;
/** A stored value for each amount of light: IEC 61966-2-1. */
const ENCODED = Uint8Array.from({ length: STEPS + 1 }, (_, i) => {
  const light = i / STEPS;
  return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
});

/** Changes the colours in place. What sRGB cannot show becomes the nearest in each channel. */
export function toSrgb({ data }: Pixels, { primaries, curves }: MatrixProfile): void {
  const [reds, greens, blues] = curves.map((curve) =>
    Float32Array.from({ length: 256 }, (_, value) => curve(value / 255)),
  ) as [Float32Array, Float32Array, Float32Array];
  const rows = FROM_XYZ.map(([x, y, z]) =>
    primaries.map((primary) => x * primary[0] + y * primary[1] + z * primary[2]),
  );
  for (let at = 0; at < data.length; at += CHANNELS) {
    const [red, green, blue] = [reds[data[at]!]!, greens[data[at + 1]!]!, blues[data[at + 2]!]!];
    for (let channel = 0; channel < 3; channel++) {
      const row = rows[channel]!;
      data[at + channel] = encoded(row[0]! * red + row[1]! * green + row[2]! * blue);
    }
  }
}

const encoded = (light: number): number => ENCODED[Math.round(Math.min(Math.max(light, 0), 1) * STEPS)]!;
