import { codecsFrom } from "./codecs.ts";

/** The libraries as parts of a bundle: on Workers as compiled modules, as such code may not compile any. */
export const bundledCodecs = codecsFrom({
  "jpeg-decoder": async () => (await import("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm")).default,
  "jpeg-encoder": async () => (await import("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm")).default,
  "webp-decoder": async () => (await import("@jsquash/webp/codec/dec/webp_dec.wasm")).default,
  "webp-encoder": async () => (await import("@jsquash/webp/codec/enc/webp_enc_simd.wasm")).default,
  png: async () => ((await import("@jsquash/png/codec/pkg/squoosh_png_bg.wasm")) as unknown as WasmFile).default,
});

/** The package declares what an instance of it exports. */
interface WasmFile {
  readonly default: WebAssembly.Module | BufferSource;
}
