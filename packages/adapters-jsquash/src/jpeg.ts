import decoderFactory from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import encoderFactory from "@jsquash/jpeg/codec/enc/mozjpeg_enc.js";
import { defaultEncodeOptions } from "@jsquash/jpeg/meta.js";
import { ImageError, jpegHeaderOf } from "@plinth/core";
import type { Codecs } from "./codecs.ts";
import { type EmscriptenFactory, type MemoryLimit, openLibrary } from "./emscripten.ts";
import { isWholeJpeg } from "./jpeg-end.ts";
import { decoderBytes, type PictureDecoder, type PictureEncoder, TWICE_HELD } from "./library.ts";
import type { Pixels } from "./pixels.ts";

interface JpegDecoder {
  decode(bytes: Uint8Array, upright: boolean): Pixels | null;
}

interface JpegEncoder {
  encode(data: Uint8ClampedArray, width: number, height: number, options: object): Uint8Array<ArrayBuffer>;
}

const CMYK = 4;
/** All that makes it 4 % smaller, and takes five times as long, is off. */
const FAST = { baseline: true, progressive: false };

export async function jpegDecoder(codecs: Codecs): Promise<PictureDecoder> {
  const factory = decoderFactory as unknown as EmscriptenFactory<JpegDecoder>;
  const limit: MemoryLimit = { bytes: 0 };
  const library = await openLibrary(factory, await codecs("jpeg-decoder"), limit);
  return (bytes, maxPixels) => {
    const header = jpegHeaderOf(bytes);
    // The library paints what is missing grey.
    if (!header || !isWholeJpeg(bytes)) throw new ImageError("invalid", "the JPEG ends early");
    const { stored, orientation, components, isProgressive } = header;
    if (components === CMYK) throw new ImageError("unsupported", "a JPEG in CMYK");
    const weight = stored.width * stored.height * (isProgressive ? TWICE_HELD : 1);
    if (isProgressive && weight > maxPixels) {
      throw new ImageError("too_large", "a progressive JPEG has too many pixels");
    }
    limit.bytes = decoderBytes(bytes.byteLength, weight);
    const pixels = library.decode(bytes, false);
    if (!pixels || limit.isReached) throw new ImageError("invalid", "the JPEG is damaged");
    return { pixels, orientation };
  };
}

export async function jpegEncoder(codecs: Codecs): Promise<PictureEncoder> {
  const factory = encoderFactory as unknown as EmscriptenFactory<JpegEncoder>;
  const library = await openLibrary(factory, await codecs("jpeg-encoder"));
  return ({ data, width, height }, quality) =>
    library.encode(data, width, height, { ...defaultEncodeOptions, ...FAST, quality });
}
