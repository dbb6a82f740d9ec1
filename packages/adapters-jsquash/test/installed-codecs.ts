import { readFile } from "node:fs/promises";
import { codecsFrom } from "../src/codecs.ts";

const file = (path: string) => () => readFile(new URL(import.meta.resolve(path)));

/** The libraries from their packages, without a bundle. */
export const installedCodecs = codecsFrom({
  "jpeg-decoder": file("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"),
  "jpeg-encoder": file("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm"),
  "webp-decoder": file("@jsquash/webp/codec/dec/webp_dec.wasm"),
  "webp-encoder": file("@jsquash/webp/codec/enc/webp_enc_simd.wasm"),
  png: file("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"),
});
