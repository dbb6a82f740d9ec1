import { describe, expect, test } from "bun:test";
import { imagesSuite, pngOf } from "@plinth/conformance";
import { sharpImages } from "../src/sharp-images.ts";

const open = () => sharpImages({ maxPixels: 50_000_000 });

describe("sharp", () => imagesSuite({ test, open }));

const rendering = {
  source: "image/png",
  layout: { resize: { width: 4, height: 4 } },
  format: "png",
  quality: 80,
  keepMetadata: false,
} as const;

test("more pixels than allowed are refused before they are decoded", async () => {
  const images = await sharpImages({ maxPixels: 99 });
  const picture = await pngOf(10, 10, () => [0, 0, 0, 255]);
  await expect(images.render(picture, rendering)).rejects.toMatchObject({ kind: "too_large" });
});

test("SVG and other programs are no images, whatever they are called", async () => {
  const images = await open();
  const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>');
  await expect(images.render(svg, rendering)).rejects.toMatchObject({ kind: "invalid" });
});
