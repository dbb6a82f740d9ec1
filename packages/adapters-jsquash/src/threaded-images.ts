import { ImageError, type ImageLimits, type Images } from "@plinth/core";
import { type CodecAnswer, codecThreads } from "./codec-threads.ts";
import { jsquashCapabilities } from "./jsquash-images.ts";

export { SERVER_LIMITS } from "./limits.ts";

export interface ThreadedImagesOptions {
  readonly limits: ImageLimits;
  /** For one picture; default 30. */
  readonly timeoutSeconds?: number;
}

/** The same libraries on threads of their own, for servers of many requests. */
export function threadedImages({ limits, timeoutSeconds = 30 }: ThreadedImagesOptions): Images {
  const run = codecThreads({ limits, timeoutMs: timeoutSeconds * 1000 });
  return {
    name: "jsquash",
    capabilities: jsquashCapabilities(limits),
    async render(bytes, rendering) {
      const answer = await run({ bytes, rendering });
      if ("image" in answer) return answer.image;
      throw failureOf(answer);
    },
    async pixels(bytes, size) {
      const answer = await run({ bytes, size });
      if ("pixels" in answer) return answer.pixels;
      throw failureOf(answer);
    },
  };
}

function failureOf(answer: CodecAnswer): ImageError {
  if ("failure" in answer) return new ImageError(answer.failure, answer.message);
  return new ImageError("invalid", "the thread has answered something else");
}
