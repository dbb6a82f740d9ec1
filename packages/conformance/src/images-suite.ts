/** What every `Images` must do. */
import { type ImageRendering, type Images, imageHeaderOf, imageLayout } from "@plinth/core";
import { assert, equal } from "./assert.ts";
import { type Case, registerCases, type Test } from "./case.ts";
import { damagedCases, difficultCases } from "./images/difficult-cases.ts";
import { type Pixel, pngOf } from "./images/png.ts";
import { SAMPLES } from "./images/samples.ts";

interface ImagesOptions {
  open(): Promise<Images>;
}

export interface ImagesSuiteOptions extends ImagesOptions {
  test: Test;
}

export function imagesSuite({ test, ...options }: ImagesSuiteOptions): void {
  registerCases(test, imagesCases(options));
}

const RED: Pixel = [255, 0, 0, 255];
const BLUE: Pixel = [0, 0, 255, 255];
/** Red on the left, blue on the right. */
const flag = () => pngOf(40, 20, (x) => (x < 20 ? RED : BLUE));
const CENTER = { x: 0.5, y: 0.5 };
const AS_IT_IS: ImageRendering = {
  source: "image/png",
  layout: { resize: { width: 40, height: 20 } },
  format: "png",
  quality: 80,
  keepMetadata: false,
};

export function imagesCases({ open }: ImagesOptions): Case[] {
  return [
    {
      name: "an image is made in each format, at the size of its layout",
      async run() {
        const images = await open();
        const layout = { resize: { width: 16, height: 8 } };
        for (const format of images.capabilities.writes) {
          const made = await images.render(await flag(), { ...AS_IT_IS, layout, format });
          equal(imageHeaderOf(made), { type: `image/${format}`, width: 16, height: 8 }, format);
        }
      },
    },
    {
      name: "each type that it reads is read",
      async run() {
        const images = await open();
        for (const source of images.capabilities.reads) {
          const made = await images.render(SAMPLES[source], { ...AS_IT_IS, source });
          equal(imageHeaderOf(made), { type: "image/png", width: 40, height: 20 }, source);
        }
      },
    },
    {
      name: "the focus stays in sight where a picture is cut",
      async run() {
        const images = await open();
        for (const [x, color] of [
          [0, RED],
          [1, BLUE],
        ] as const) {
          const layout = imageLayout(
            { width: 40, height: 20 },
            { width: 4, height: 20, fit: "cover", focus: { x, y: 0.5 } },
          );
          const made = await images.render(await flag(), { ...AS_IT_IS, layout });
          equal(await colorsOf(images, made), [color], `focus ${x}`);
        }
      },
    },
    {
      name: "margins are transparent",
      async run() {
        const images = await open();
        const layout = imageLayout({ width: 40, height: 20 }, { width: 20, height: 20, fit: "contain", focus: CENTER });
        const made = await images.render(await flag(), { ...AS_IT_IS, layout });
        equal(imageHeaderOf(made), { type: "image/png", width: 20, height: 20 });
        if (images.pixels) equal((await images.pixels(made, { width: 20, height: 20 }))[3], 0, "opacity of the corner");
      },
    },
    {
      name: "a photo that lies on its side is upright, and says nothing of where it was taken unless that is kept",
      async run() {
        const images = await open();
        const layout = { resize: { width: 20, height: 40 } };
        const rendering = { source: "image/jpeg", layout, format: "jpeg", quality: 80, keepMetadata: false } as const;
        equal(imageHeaderOf(SAMPLES.turned), { type: "image/jpeg", width: 20, height: 40 }, "the header of the photo");
        const plain = await images.render(SAMPLES.turned, rendering);
        equal(imageHeaderOf(plain), { type: "image/jpeg", width: 20, height: 40 });
        assert(!textOf(plain).includes("Camera of Ann"), "the metadata are still there");
        if (!images.capabilities.keepsMetadata) return;
        const kept = await images.render(SAMPLES.turned, { ...rendering, keepMetadata: true });
        assert(textOf(kept).includes("Camera of Ann"), "the metadata are gone");
        equal(imageHeaderOf(kept), { type: "image/jpeg", width: 20, height: 40 }, "turned once, not twice");
      },
    },
    ...difficultCases(open),
    ...damagedCases(open),
  ];
}

/** The colours that a picture has; where the codec shows none, nothing is asked. */
async function colorsOf(images: Images, bytes: Uint8Array<ArrayBuffer>): Promise<Pixel[]> {
  const png = imageHeaderOf(bytes)!;
  const pixels = await images.pixels!(bytes, png);
  const found = new Map<string, Pixel>();
  for (let i = 0; i < pixels.length; i += 4) {
    const pixel = [...pixels.subarray(i, i + 4)] as unknown as Pixel;
    found.set(pixel.join(), pixel);
  }
  return [...found.values()];
}

const textOf = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);
