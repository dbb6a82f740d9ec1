import { type Case, imagesCases, pngOf } from "@plinth/conformance";
import { ImageError, type ImageRendering } from "@plinth/core";
import { SERVER_LIMITS } from "../src/limits.ts";
import { threadedImages } from "../src/threaded-images.ts";

/** The rest of the suite passes without threads: here it is seen that one is started, used again, and ended. */
const OF_THE_SUITE = [/each format/, /WebP that ends early/];

const rendering: ImageRendering = {
  source: "image/png",
  layout: { resize: { width: 4, height: 4 } },
  format: "png",
  quality: 80,
  keepMetadata: false,
};

export function threadCases(): Case[] {
  const images = threadedImages({ limits: SERVER_LIMITS });
  return [
    ...imagesCases({ open: async () => images }).filter(({ name }) => OF_THE_SUITE.some((one) => one.test(name))),
    {
      name: "a picture that takes too long is given up",
      async run() {
        const impatient = threadedImages({ limits: SERVER_LIMITS, timeoutSeconds: 0 });
        const picture = await pngOf(10, 10, () => [0, 0, 0, 255]);
        const error = await impatient.render(picture, rendering).then(
          () => undefined,
          (failure: unknown) => failure,
        );
        if (error instanceof ImageError && error.kind === "too_large") return;
        throw new Error(`expected an ImageError of the kind "too_large", got ${error}`);
      },
    },
  ];
}
