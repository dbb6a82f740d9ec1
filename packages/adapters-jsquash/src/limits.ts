import type { ImageLimits } from "@plinth/core";

/**
 * Measured: a decoder holds 8 to 10 bytes for a pixel of 8 million, its copy included, and an encoder 17. So a picture takes up to 80 MB of the
 * 128 MB that a Worker has: https://developers.cloudflare.com/workers/platform/limits/#memory
 */
export const WORKER_LIMITS: ImageLimits = { bytes: 10 * 1024 ** 2, pixels: 8_000_000, resultPixels: 2_500_000 };

/** For threads of a server, whose settings may allow less: a picture takes up to 240 MB. */
export const SERVER_LIMITS: ImageLimits = { bytes: 32 * 1024 ** 2, pixels: 24_000_000, resultPixels: 12_000_000 };
