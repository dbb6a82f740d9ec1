/** A colour as `#rrggbb`. */
export type HexColour = `#${string}`;

type Channels = readonly [red: number, green: number, blue: number];

const BLACK: Channels = [0, 0, 0];
const WHITE: Channels = [255, 255, 255];
/** Each step changes the colour by a fiftieth of the way to black or white. */
const STEPS = 50;

/** How far two colours stand apart, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrastOf(one: HexColour, other: HexColour): number {
  const [a, b] = [luminanceOf(channelsOf(one)), luminanceOf(channelsOf(other))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/**
 * The colour itself, or the nearest one, made darker or lighter, that stands out from all of `backgrounds` by `least`.
 */
export function readableOn(
  backgrounds: readonly HexColour[],
  colour: HexColour,
  { towards, least }: { towards: "black" | "white"; least: number },
): HexColour {
  const target = towards === "black" ? BLACK : WHITE;
  const from = channelsOf(colour);
  for (let step = 0; step < STEPS; step++) {
    const mixed = hexOf(mix(from, target, step / STEPS));
    if (backgrounds.every((background) => contrastOf(mixed, background) >= least)) return mixed;
  }
  return hexOf(target);
}

/** Black or white, whichever is easier to read on this colour: at least 4.58 to 1. */
export function inkOn(colour: HexColour): HexColour {
  const [black, white] = [hexOf(BLACK), hexOf(WHITE)];
  return contrastOf(colour, white) >= contrastOf(colour, black) ? white : black;
}

function channelsOf(colour: HexColour): Channels {
  const at = (start: number) => Number.parseInt(colour.slice(start, start + 2), 16);
  return [at(1), at(3), at(5)];
}

function hexOf(channels: Channels): HexColour {
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

function mix(from: Channels, to: Channels, part: number): Channels {
  const between = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * part);
  return [between(0), between(1), between(2)];
}

/** How light a colour is, from 0 to 1 (WCAG 2.2, "relative luminance"). */
function luminanceOf(channels: Channels): number {
  const [red, green, blue] = channels.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
