import {
  ImageError,
  type ImageFormat,
  type ImageLimits,
  type ImageRendering,
  type ImageSize,
  type Images,
  type ImageType,
  imageHeaderOf,
} from "@plinth/core";
import { cut, flattened, isTurned, laidOn, upright } from "./arrange.ts";
import type { Codecs } from "./codecs.ts";
import { profileIn } from "./find-profile.ts";
import { decodeGif } from "./gif.ts";
import { matrixProfileOf } from "./icc-profile.ts";
import { jpegDecoder, jpegEncoder } from "./jpeg.ts";
import type { Decoded, PictureDecoder, PictureEncoder } from "./library.ts";
import type { Pixels } from "./pixels.ts";
import { pngDecoder, pngEncoder } from "./png.ts";
import { resample } from "./resample.ts";
import { toSrgb } from "./to-srgb.ts";
import { webpDecoder, webpEncoder } from "./webp.ts";

export { SERVER_LIMITS, WORKER_LIMITS } from "./limits.ts";

export interface JsquashImagesOptions {
  /** The libraries, as this host has them. */
  readonly codecs: Codecs;
  /** What has more is refused before it is decoded. */
  readonly limits: ImageLimits;
}

type DecodableType = "image/png" | "image/jpeg" | "image/webp" | "image/gif";

const DECODERS: Readonly<Record<DecodableType, (codecs: Codecs) => Promise<PictureDecoder>>> = {
  "image/png": pngDecoder,
  "image/jpeg": jpegDecoder,
  "image/webp": webpDecoder,
  "image/gif": async () => decodeGif,
};
const ENCODERS: Readonly<Partial<Record<ImageFormat, (codecs: Codecs) => Promise<PictureEncoder>>>> = {
  webp: webpEncoder,
  jpeg: jpegEncoder,
  png: pngEncoder,
};

/**
 * Pictures by the libraries of jSquash, which are WebAssembly and run on every host: https://github.com/jamsinclair/jSquash. They work on
 * the thread that calls, without a pause between the first pixel and the last, so that the pixels of two pictures are never in memory at once.
 */
export function jsquashImages({ codecs, limits }: JsquashImagesOptions): Images {
  return {
    name: "jsquash",
    capabilities: { ...jsquashCapabilities(limits), inRequest: true },
    render: (bytes, rendering) =>
      made(async () => {
        requireRoom(rendering, limits);
        const picture = await opened(codecs, bytes, limits);
        const encode = await encoderOf(codecs, rendering.format);
        return encode(arranged(picture, rendering), rendering.quality);
      }),
    pixels: (bytes, size) => made(async () => (await opened(codecs, bytes, limits))(size).data),
  };
}

export function jsquashCapabilities(limits: ImageLimits): Images["capabilities"] {
  return {
    reads: Object.keys(DECODERS) as DecodableType[],
    // Writing AVIF takes a library of 1 MB, and tens of seconds for a photo.
    writes: ["webp", "jpeg", "png"],
    keepsMetadata: false,
    limits,
  };
}

function decoderOf(codecs: Codecs, type: ImageType): Promise<PictureDecoder> {
  if (isDecodable(type)) return DECODERS[type](codecs);
  throw new ImageError("unsupported", `a picture of ${type}`);
}

const isDecodable = (source: ImageType): source is DecodableType => Object.hasOwn(DECODERS, source);

function encoderOf(codecs: Codecs, format: ImageFormat): Promise<PictureEncoder> {
  const open = ENCODERS[format];
  if (open) return open(codecs);
  throw new ImageError("unsupported", `an image cannot be written as ${format}`);
}

/** By the headers, before a library sees a byte. */
function requireReadable(bytes: Uint8Array, { pixels: most }: ImageLimits): ImageType {
  const header = imageHeaderOf(bytes);
  if (!header) throw new ImageError("invalid", "no header of an image");
  if (header.width * header.height > most) throw new ImageError("too_large", "the picture has too many pixels");
  return header.type;
}

function requireRoom({ layout: { resize, canvas } }: ImageRendering, { resultPixels: most }: ImageLimits): void {
  for (const made of [resize, canvas]) {
    if (made && made.width * made.height > most) throw new ImageError("too_large", "the image has too many pixels");
  }
}

/** Everything that has to be waited for; then the upright picture in sRGB, at any size. */
async function opened(
  codecs: Codecs,
  bytes: Uint8Array<ArrayBuffer>,
  limits: ImageLimits,
): Promise<(size: ImageSize) => Pixels> {
  const type = requireReadable(bytes, limits);
  const decode = await decoderOf(codecs, type);
  const profile = await profileIn(type, bytes);
  const colors = profile && matrixProfileOf(profile);
  return (size) => {
    const pixels = uprightAt(decode(bytes, limits.pixels), size);
    if (colors) toSrgb(pixels, colors);
    return pixels;
  };
}

function arranged(
  picture: (size: ImageSize) => Pixels,
  { layout: { resize, crop, canvas }, format }: ImageRendering,
): Pixels {
  const resized = picture(resize);
  const laid = crop ? cut(resized, crop) : canvas ? laidOn(canvas, resized) : resized;
  return format === "jpeg" ? flattened(laid) : laid;
}

/** Turned, and its colours changed, when it is small already. */
function uprightAt({ pixels, orientation }: Decoded, { width, height }: ImageSize): Pixels {
  const stored = isTurned(orientation) ? { width: height, height: width } : { width, height };
  return upright(resample(pixels, stored), orientation);
}

/** A library that stops ends with an error of the runtime's own, with a number, or with a class of its loader. */
async function made<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError) throw error;
    const isMemory = error instanceof RangeError;
    throw new ImageError(isMemory ? "too_large" : "invalid", `the library stopped: ${error}`, { cause: error });
  }
}
