/** Files whose header says another size than what their library would find. */
import { expect, test } from "bun:test";
import decoderFactory from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import type { ImageType } from "@plinth/core";
import { type EmscriptenFactory, type MemoryLimit, openLibrary } from "../src/emscripten.ts";
import { jpegEncoder } from "../src/jpeg.ts";
import { jsquashImages } from "../src/jsquash-images.ts";
import type { PictureEncoder } from "../src/library.ts";
import { blank } from "../src/pixels.ts";
import { pngEncoder } from "../src/png.ts";
import { webpEncoder } from "../src/webp.ts";
import { installedCodecs as codecs } from "./installed-codecs.ts";

const SMALL = 8;
const LARGE = 200;
const images = jsquashImages({ codecs, limits: { bytes: 1_000_000, pixels: 10_000, resultPixels: 10_000 } });

const picture = (encode: PictureEncoder, side: number) => encode(blank({ width: side, height: side }), 80);
const joined = (...parts: readonly (Uint8Array | readonly number[])[]) =>
  new Uint8Array(parts.flatMap((part) => [...part]));

async function mustRefuse(bytes: Uint8Array<ArrayBuffer>, source: ImageType): Promise<void> {
  const layout = { resize: { width: 4, height: 4 } };
  const made = images.render(bytes, { source, layout, format: "png", quality: 80, keepMetadata: false });
  await expect(made).rejects.toMatchObject({ kind: "invalid" });
}

test("a JPEG with a frame where its header sees a segment", async () => {
  const encode = await jpegEncoder(codecs);
  const hidden = picture(encode, LARGE).slice(2);
  const shown = picture(await jpegEncoder(codecs), SMALL).slice(2);
  const length = hidden.byteLength + 2;
  await mustRefuse(joined([0xff, 0xd8, 0xff, 0, length >> 8, length & 255], hidden, shown), "image/jpeg");
});

test("a WebP on a canvas of another size", async () => {
  const whole = picture(await webpEncoder(codecs), LARGE);
  const side = [SMALL - 1, 0, 0];
  const canvas = [...new TextEncoder().encode("VP8X"), 10, 0, 0, 0, 0, 0, 0, 0, ...side, ...side];
  const both = joined(whole.subarray(0, 12), canvas, whole.subarray(12));
  new DataView(both.buffer).setUint32(4, both.byteLength - 8, true);
  await mustRefuse(both, "image/webp");
});

test("a PNG with two headers", async () => {
  const [small, large] = [picture(await pngEncoder(codecs), SMALL), picture(await pngEncoder(codecs), LARGE)];
  await mustRefuse(joined(small.subarray(0, 33), large.subarray(8)), "image/png");
});

test("a library gets no more memory than its limit", async () => {
  const factory = decoderFactory as unknown as EmscriptenFactory<{
    decode(bytes: Uint8Array, upright: boolean): unknown;
  }>;
  const jpeg = picture(await jpegEncoder(codecs), 2200);
  const isReached = async (bytes: number) => {
    const limit: MemoryLimit = { bytes };
    const library = await openLibrary(factory, await codecs("jpeg-decoder"), limit);
    // It may notice that it has none, or not.
    await Promise.try(() => library.decode(jpeg, false)).catch(() => undefined);
    return limit.isReached;
  };
  expect([await isReached(64 * 1024 ** 2), await isReached(17 * 1024 ** 2)]).toEqual([false, true]);
});
