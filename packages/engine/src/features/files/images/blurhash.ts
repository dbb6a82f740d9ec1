import { type ImageSize, imageLayout } from "@plinth/core";
import { encode } from "blurhash";

/** So few pixels show what the four or fewer waves of a side do. */
const SIDE = 32;
const MOST_WAVES = 4;

/** A text of about 30 characters from which a blurred preview can be drawn: https://github.com/woltapp/blurhash */
export async function blurhashOf(
  source: ImageSize,
  pixels: (size: ImageSize) => Promise<Uint8ClampedArray>,
): Promise<string> {
  const frame = { width: SIDE, height: SIDE, fit: "inside", focus: { x: 0.5, y: 0.5 } } as const;
  const { resize } = imageLayout(source, frame);
  const [across, down] = [wavesOf(resize.width), wavesOf(resize.height)];
  return encode(await pixels(resize), resize.width, resize.height, across, down);
}

/** The longer side has four, the other as many as its share. */
const wavesOf = (side: number): number => Math.max(1, Math.round((side / SIDE) * MOST_WAVES));
