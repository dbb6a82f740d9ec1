/** What may be made of a picture. */

/** `inside` and `outside` keep all of it at a size within or around the box, `contain` adds margins, `fill` distorts. */
export const IMAGE_FITS = ["cover", "contain", "inside", "outside", "fill"] as const;
export type ImageFit = (typeof IMAGE_FITS)[number];

export const IMAGE_FORMATS = ["avif", "webp", "jpeg", "png"] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

export const typeOfFormat = (format: ImageFormat): `image/${ImageFormat}` => `image/${format}`;

/** From the left and from the top, as parts of the whole. */
export interface FocalPoint {
  readonly x: number;
  readonly y: number;
}

const NAMED: Readonly<Record<string, FocalPoint>> = {
  center: { x: 0.5, y: 0.5 },
  top: { x: 0.5, y: 0 },
  bottom: { x: 0.5, y: 1 },
  left: { x: 0, y: 0.5 },
  right: { x: 1, y: 0.5 },
  "top-left": { x: 0, y: 0 },
  "top-right": { x: 1, y: 0 },
  "bottom-left": { x: 0, y: 1 },
  "bottom-right": { x: 1, y: 1 },
};
export const IMAGE_POSITIONS: readonly string[] = Object.keys(NAMED);

const POINT = /^(0|1|0?\.\d{1,4}|1\.0{1,4}),(0|1|0?\.\d{1,4}|1\.0{1,4})$/;

/** A name such as `top-left`, or `0.3,0.7`. Undefined: it is neither. */
export function focalPointOf(position: string): FocalPoint | undefined {
  if (Object.hasOwn(NAMED, position)) return NAMED[position];
  const found = POINT.exec(position);
  return found ? { x: Number(found[1]), y: Number(found[2]) } : undefined;
}
