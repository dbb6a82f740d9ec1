import type { FocalPoint, ImageFit } from "./edit.ts";
import type { ImageSize } from "./size.ts";

/** A rectangle, in pixels from the left and from the top. */
export interface ImageBox extends ImageSize {
  readonly left: number;
  readonly top: number;
}

/** How a picture becomes another: first its size changes, then it is cut, or laid on a larger canvas. */
export interface ImageLayout {
  readonly resize: ImageSize;
  /** The part of the resized picture that stays. */
  readonly crop?: ImageBox;
  /** The size of a canvas, and where on it the resized picture lies. */
  readonly canvas?: ImageBox;
}

export interface ImageFrame {
  /** Pixels; a side that is left out follows from the other. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly fit: ImageFit;
  readonly focus: FocalPoint;
}

/** The same on every host, whatever library changes the pixels. `inside` never enlarges. */
export function imageLayout(source: ImageSize, { width, height, fit, focus }: ImageFrame): ImageLayout {
  if (width === undefined || height === undefined) return { resize: alongOneSide(source, { width, height, fit }) };
  const box = { width, height };
  if (fit === "fill") return { resize: box };
  const [across, down] = [width / source.width, height / source.height];
  if (fit === "inside") return { resize: scaled(source, Math.min(across, down, 1)) };
  if (fit === "outside") return { resize: scaled(source, Math.max(across, down)) };
  if (fit === "contain") {
    const resize = within(scaled(source, Math.min(across, down)), box);
    return {
      resize,
      canvas: { ...box, left: place(box.width, resize.width, focus.x), top: place(box.height, resize.height, focus.y) },
    };
  }
  const resize = around(scaled(source, Math.max(across, down)), box);
  const left = centred(resize.width, width, focus.x);
  return { resize, crop: { ...box, left, top: centred(resize.height, height, focus.y) } };
}

function alongOneSide(source: ImageSize, { width, height, fit }: Omit<ImageFrame, "focus">): ImageSize {
  if (width === undefined && height === undefined) return { width: source.width, height: source.height };
  const factor = width === undefined ? height! / source.height : width / source.width;
  if (fit === "inside" && factor > 1) return { width: source.width, height: source.height };
  const { width: w, height: h } = scaled(source, factor);
  return { width: width ?? w, height: height ?? h };
}

function scaled({ width, height }: ImageSize, factor: number): ImageSize {
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

const within = (size: ImageSize, box: ImageSize): ImageSize => ({
  width: Math.min(size.width, box.width),
  height: Math.min(size.height, box.height),
});

const around = (size: ImageSize, box: ImageSize): ImageSize => ({
  width: Math.max(size.width, box.width),
  height: Math.max(size.height, box.height),
});

/** The focus comes as near to the middle as the picture allows. */
function centred(whole: number, part: number, focus: number): number {
  return Math.min(Math.max(Math.round(whole * focus - part / 2), 0), whole - part);
}

const place = (whole: number, part: number, focus: number): number => Math.round((whole - part) * focus);
