/** A profile of three primaries and a curve for each, as cameras and screens have: ICC.1:2022, 9.2 and 10 (https://www.color.org/icc_specs2.xalter) */
export interface MatrixProfile {
  /** Red, green and blue as XYZ under D50, one after the other. */
  readonly primaries: readonly (readonly [x: number, y: number, z: number])[];
  /** Of red, green and blue: from the stored value to the amount of light, both from 0 to 1. */
  readonly curves: readonly Curve[];
}

export type Curve = (value: number) => number;

const HEADER = 128;
const TAG = 12;
const MOST_TAGS = 100;
const CHANNELS = ["r", "g", "b"] as const;

/** Undefined: a profile of another kind, such as one for print, or one that is damaged. */
export function matrixProfileOf(profile: Uint8Array): MatrixProfile | undefined {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  if (view.byteLength < HEADER + 4 || textAt(view, 16) !== "RGB " || textAt(view, 20) !== "XYZ ") return undefined;
  try {
    const tags = tagsOf(view);
    const primaries = CHANNELS.map((name) => primaryAt(view, tags.get(`${name}XYZ`)));
    const curves = CHANNELS.map((name) => curveAt(view, tags.get(`${name}TRC`)));
    return primaries.every((one) => one !== undefined) && curves.every((one) => one !== undefined)
      ? { primaries, curves }
      : undefined;
  } catch (error) {
    // A tag ends behind the profile.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function tagsOf(view: DataView): ReadonlyMap<string, number> {
  const count = Math.min(view.getUint32(HEADER), MOST_TAGS);
  const starts = Array.from({ length: count }, (_, i) => HEADER + 4 + i * TAG);
  return new Map(starts.map((at) => [textAt(view, at), view.getUint32(at + 4)]));
}

function primaryAt(view: DataView, at: number | undefined): [number, number, number] | undefined {
  if (at === undefined || textAt(view, at) !== "XYZ ") return undefined;
  return [fixedAt(view, at + 8), fixedAt(view, at + 12), fixedAt(view, at + 16)];
}

function curveAt(view: DataView, at: number | undefined): Curve | undefined {
  if (at === undefined) return undefined;
  const kind = textAt(view, at);
  if (kind === "curv") return sampledCurve(view, at);
  return kind === "para" ? parametricCurve(view, at) : undefined;
}

/** 10.6: none, one gamma, or samples between which lines are drawn. */
function sampledCurve(view: DataView, at: number): Curve {
  const count = view.getUint32(at + 8);
  if (count === 0) return (value) => value;
  if (count === 1) {
    const gamma = view.getUint16(at + 12) / 256;
    return (value) => value ** gamma;
  }
  // Throws where there are fewer.
  view.getUint16(at + 12 + (count - 1) * 2);
  const sample = (i: number) => view.getUint16(at + 12 + i * 2) / 65_535;
  return (value) => {
    const place = value * (count - 1);
    const low = Math.min(Math.floor(place), count - 2);
    return sample(low) + (sample(low + 1) - sample(low)) * (place - low);
  };
}

/** How many numbers each of the functions of 10.18 has. */
const PARAMETERS = [1, 3, 4, 5, 7] as const;

function parametricCurve(view: DataView, at: number): Curve | undefined {
  const kind = view.getUint16(at + 8);
  const count = PARAMETERS[kind];
  if (count === undefined) return undefined;
  const numbers = Array.from({ length: count }, (_, i) => fixedAt(view, at + 12 + i * 4));
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
  const power = (value: number) => Math.max(0, a * value + b) ** g;
  if (kind === 0) return (value) => value ** g;
  if (kind === 1) return (value) => (value >= -b / a ? power(value) : 0);
  if (kind === 2) return (value) => (value >= -b / a ? power(value) + c : c);
  return (value) => (value >= d ? power(value) + e : c * value + f);
}

const fixedAt = (view: DataView, at: number): number => view.getInt32(at) / 65_536;

const textAt = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
