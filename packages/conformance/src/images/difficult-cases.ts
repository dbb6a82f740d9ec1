import {
  ImageError,
  type ImageErrorKind,
  type ImageRendering,
  type Images,
  type ImageType,
  imageHeaderOf,
} from "@plinth/core";
import { assert, equal, rejectionOf } from "../assert.ts";
import type { Case } from "../case.ts";
import { DIFFICULT, deepPng, orientedJpeg, WIDE_COLORS } from "./difficult.ts";
import { type Pixel, pngOf } from "./png.ts";
import { SAMPLES } from "./samples.ts";

type OpenImages = () => Promise<Images>;
type Corners = readonly [topLeft: string, topRight: string, bottomLeft: string, bottomRight: string];

const WIDE = { width: 40, height: 20 };
const COLORS: Readonly<Record<string, Pixel>> = {
  red: [255, 0, 0, 255],
  lime: [0, 255, 0, 255],
  blue: [0, 0, 255, 255],
  white: [255, 255, 255, 255],
};

/** Where the corners of the stored picture are in the upright one: https://www.cipa.jp/std/documents/e/DC-008-Translation-2023-E.pdf, 4.6.5 */
const ORIENTATIONS: readonly (readonly [number, Corners])[] = [
  [1, ["red", "lime", "blue", "white"]],
  [2, ["lime", "red", "white", "blue"]],
  [3, ["white", "blue", "lime", "red"]],
  [4, ["blue", "white", "red", "lime"]],
  [5, ["red", "blue", "lime", "white"]],
  [6, ["blue", "red", "white", "lime"]],
  [7, ["white", "lime", "blue", "red"]],
  [8, ["lime", "white", "red", "blue"]],
];

/** Pictures that are whole, and seldom. */
export function difficultCases(open: OpenImages): Case[] {
  return [
    {
      name: "each of the eight orientations of a JPEG is made upright",
      async run() {
        const images = await open();
        const picture = await pngOf(
          40,
          20,
          (x, y) => COLORS[ORIENTATIONS[0]![1][(y < 10 ? 0 : 2) + (x < 20 ? 0 : 1)]!]!,
        );
        const jpeg = await images.render(picture, { ...asIs("image/png"), format: "jpeg", quality: 95 });
        for (const [orientation, corners] of ORIENTATIONS) {
          const photo = orientedJpeg(jpeg, orientation);
          const size = orientation >= 5 ? { width: 20, height: 40 } : WIDE;
          equal(imageHeaderOf(photo), { type: "image/jpeg", ...size }, `the header, orientation ${orientation}`);
          const made = await images.render(photo, { ...asIs("image/jpeg"), layout: { resize: size } });
          equal(imageHeaderOf(made), { type: "image/png", ...size }, `orientation ${orientation}`);
          equal(await cornersOf(images, made), corners, `orientation ${orientation}`);
        }
      },
    },
    {
      name: "a PNG of 16 bits has the colours that it has with 8",
      async run() {
        const images = await open();
        const made = await images.render(await deepPng(), asIs("image/png"));
        equal(await cornersOf(images, made), ["red", "blue", "red", "blue"]);
      },
    },
    {
      name: "an animation becomes its first frame",
      async run() {
        const images = await open();
        const made = await images.render(DIFFICULT.animation, asIs("image/webp"));
        equal(imageHeaderOf(made), { type: "image/png", ...WIDE });
        equal(await cornersOf(images, made), ["red", "blue", "red", "blue"]);
      },
    },
    {
      name: "colours of a wide profile are changed to those of sRGB",
      async run() {
        const images = await open();
        for (const source of ["image/jpeg", "image/png", "image/webp"] as const) {
          const layout = { resize: { width: 4, height: 4 } };
          const made = await images.render(WIDE_COLORS[source], { ...asIs(source), layout });
          const pixels = await images.pixels!(made, { width: 1, height: 1 });
          const isNear = [220, 90, 40].every((value, i) => Math.abs(value - pixels[i]!) <= 6);
          assert(isNear, `${source}: expected 220, 90, 40, got ${pixels.join(", ")}`);
        }
      },
    },
    {
      name: "a JPEG in CMYK is read, or refused as what this codec cannot read",
      async run() {
        const images = await open();
        try {
          const made = await images.render(DIFFICULT.cmyk, asIs("image/jpeg"));
          // A printed blue is another one.
          const [topLeft, , bottomLeft] = await cornersOf(images, made);
          equal([topLeft, bottomLeft], ["red", "red"]);
        } catch (error) {
          assert(error instanceof ImageError && error.kind === "unsupported", `expected "unsupported", got ${error}`);
        }
      },
    },
  ];
}

export function damagedCases(open: OpenImages): Case[] {
  const noise = () => pngOf(64, 64, (x, y) => [x * 4, y * 4, (x * y) % 256, 255]);
  const cut = (share: number) => (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, bytes.byteLength * share);
  const samples: readonly [string, ImageType, () => Promise<Uint8Array<ArrayBuffer>>, ImageErrorKind?][] = [
    ["a PNG that ends early", "image/png", () => noise().then(cut(0.6))],
    ["a PNG that is a header alone", "image/png", async () => (await noise()).slice(0, 33)],
    ["a PNG whose pixels are no pixels", "image/png", async () => (await noise()).fill(7, 41, 300)],
    ["a JPEG that ends early", "image/jpeg", async () => cut(0.9)(SAMPLES["image/jpeg"])],
    ["a WebP that ends early", "image/webp", async () => cut(0.8)(SAMPLES["image/webp"])],
    ["a GIF that ends early", "image/gif", async () => cut(0.7)(SAMPLES["image/gif"])],
    ["a program that is drawn", "image/png", async () => new TextEncoder().encode('<svg width="4" height="4"/>')],
  ];
  return samples.map(([name, source, make, kind = "invalid"]) => ({
    name: `${name} is refused, and the next picture is made`,
    async run() {
      const images = await open();
      if (!images.capabilities.reads.includes(source)) return;
      const error = await rejectionOf(images.render(await make(), asIs(source)));
      assert(error instanceof ImageError, `expected an ImageError, got ${error}`);
      equal(error.kind, kind);
      const made = await images.render(await noise(), {
        ...asIs("image/png"),
        layout: { resize: { width: 8, height: 8 } },
      });
      equal(imageHeaderOf(made), { type: "image/png", width: 8, height: 8 });
    },
  }));
}

const asIs = (source: ImageType): ImageRendering => ({
  source,
  layout: { resize: WIDE },
  format: "png",
  quality: 80,
  keepMetadata: false,
});

/** By the names of the colours; a codec that loses some changes them a little. */
async function cornersOf(images: Images, png: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const { width, height } = imageHeaderOf(png)!;
  const pixels = await images.pixels!(png, { width, height });
  const corners = [0, width - 1, width * (height - 1), width * height - 1];
  return corners.map((at) => nameOf([...pixels.subarray(at * 4, at * 4 + 4)]));
}

function nameOf(pixel: readonly number[]): string {
  const near = (color: Pixel) => color.every((value, i) => Math.abs(value - pixel[i]!) < 60);
  return Object.keys(COLORS).find((name) => near(COLORS[name]!)) ?? pixel.join();
}
