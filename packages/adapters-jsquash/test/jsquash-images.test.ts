import { describe, expect, test } from "bun:test";
import { imagesSuite, pngOf } from "@plinth/conformance";
import { jsquashImages } from "../src/jsquash-images.ts";
import { installedCodecs as codecs } from "./installed-codecs.ts";

const limits = { bytes: 1_000_000, pixels: 1_000_000, resultPixels: 500_000 };

describe("jsquash", () => imagesSuite({ test, open: async () => jsquashImages({ codecs, limits }) }));

const rendering = {
  source: "image/png",
  layout: { resize: { width: 4, height: 4 } },
  format: "png",
  quality: 80,
  keepMetadata: false,
} as const;
const dot = await pngOf(10, 10, () => [0, 0, 0, 255]);

test("more pixels than allowed are refused, of the picture and of the image", async () => {
  const images = jsquashImages({ codecs, limits: { ...limits, pixels: 99 } });
  await expect(images.render(dot, rendering)).rejects.toMatchObject({ kind: "too_large" });
  const small = jsquashImages({ codecs, limits: { ...limits, resultPixels: 15 } });
  await expect(small.render(dot, rendering)).rejects.toMatchObject({ kind: "too_large" });
});
