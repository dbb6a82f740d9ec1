import decoderFactory from "@jsquash/webp/codec/dec/webp_dec.js";
import encoderFactory from "@jsquash/webp/codec/enc/webp_enc_simd.js";
import { defaultOptions } from "@jsquash/webp/meta.js";
import { ImageError, imageHeaderOf } from "@plinth/core";
import type { Codecs } from "./codecs.ts";
import { type EmscriptenFactory, type MemoryLimit, openLibrary } from "./emscripten.ts";
import { decoderBytes, type PictureDecoder, type PictureEncoder, TWICE_HELD } from "./library.ts";
import { blank, CHANNELS, type Pixels } from "./pixels.ts";
import { type WebpFrame, webpFrame } from "./webp-frame.ts";

interface WebpDecoder {
  decode(bytes: Uint8Array): Pixels | null;
}

interface WebpEncoder {
  encode(data: Uint8ClampedArray, width: number, height: number, options: object): Uint8Array<ArrayBuffer> | null;
}

/** 0 to 6: the middle takes half the time of the library's default, 4, for a file of about the same size. */
const EFFORT = 2;

export async function webpDecoder(codecs: Codecs): Promise<PictureDecoder> {
  const factory = decoderFactory as unknown as EmscriptenFactory<WebpDecoder>;
  const limit: MemoryLimit = { bytes: 0 };
  const library = await openLibrary(factory, await codecs("webp-decoder"), limit);
  return (bytes, maxPixels) => {
    const frame = webpFrame(bytes);
    if (!frame) throw new ImageError("invalid", "the WebP ends early");
    const weight = weightOf(frame, bytes);
    if (weight > maxPixels) throw new ImageError("too_large", "the WebP has too many pixels");
    limit.bytes = decoderBytes(frame.bytes.byteLength, weight);
    const pixels = library.decode(frame.bytes);
    if (!pixels || limit.isReached) throw new ImageError("invalid", "the WebP is damaged");
    return { pixels: frame.place ? placed(pixels, frame.place) : pixels, orientation: 1 };
  };
}

/** In pixels. */
function weightOf({ place, isLossless }: WebpFrame, bytes: Uint8Array): number {
  const { width, height } = place ?? imageHeaderOf(bytes)!;
  return width * height * (isLossless ? TWICE_HELD : 1);
}

/** A frame covers a part of the canvas; the rest is transparent. */
function placed({ data, width, height }: Pixels, { canvas, left, top }: NonNullable<WebpFrame["place"]>): Pixels {
  if (width === canvas.width && height === canvas.height) return { data, width, height };
  const whole = blank(canvas);
  const across = Math.min(width, canvas.width - left);
  for (let y = 0; y < Math.min(height, canvas.height - top); y++) {
    const row = data.subarray(y * width * CHANNELS, (y * width + across) * CHANNELS);
    whole.data.set(row, ((y + top) * canvas.width + left) * CHANNELS);
  }
  return whole;
}

export async function webpEncoder(codecs: Codecs): Promise<PictureEncoder> {
  const factory = encoderFactory as unknown as EmscriptenFactory<WebpEncoder>;
  const library = await openLibrary(factory, await codecs("webp-encoder"));
  return ({ data, width, height }, quality) => {
    const made = library.encode(data, width, height, { ...defaultOptions, quality, method: EFFORT });
    if (!made) throw new ImageError("too_large", "a WebP has at most 16,383 pixels on a side");
    return made;
  };
}
