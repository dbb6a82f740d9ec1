import type { ImageFormat, ImageRendering, Images } from "@plinth/core";
import { ImageError } from "@plinth/core";
import type { Sharp } from "sharp";
import { loadSharp } from "./load-sharp.ts";

export interface SharpImagesOptions {
  /** A picture with more is refused, whatever its header said. */
  readonly maxPixels: number;
  /** For one picture; default 30. */
  readonly timeoutSeconds?: number;
}

/** An AVIF of half the default effort is 3 % larger, and made in a third of the time. */
const AVIF_EFFORT = 2;
const WEBP_EFFORT = 3;
const TRANSPARENT = { r: 255, g: 255, b: 255, alpha: 0 };

/** Pictures by sharp, on threads of its own: https://sharp.pixelplumbing.com. Throws where its library cannot be loaded. */
export async function sharpImages({ maxPixels, timeoutSeconds = 30 }: SharpImagesOptions): Promise<Images> {
  const sharp = await loadSharp();
  const open = (bytes: Uint8Array): Sharp =>
    // A picture that ends early is an error, and one with an unknown remark in its header is none.
    sharp(bytes, { limitInputPixels: maxPixels, failOn: "error", autoOrient: true }).timeout({
      seconds: timeoutSeconds,
    });
  return {
    name: "sharp",
    capabilities: {
      reads: ["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"],
      writes: ["avif", "webp", "jpeg", "png"],
      keepsMetadata: true,
    },
    async render(bytes, rendering) {
      const laidOut = laid(open(bytes), rendering);
      return made(async () => {
        const image = rendering.keepMetadata ? laidOut.keepMetadata() : laidOut;
        return new Uint8Array(await encoded(image, rendering).toBuffer());
      });
    },
    async pixels(bytes, { width, height }) {
      const image = open(bytes).resize(width, height, { fit: "fill" }).toColourspace("srgb").ensureAlpha().raw();
      return made(async () => new Uint8ClampedArray(await image.toBuffer()));
    },
  };
}

function laid(image: Sharp, { layout: { resize, crop, canvas }, format }: ImageRendering): Sharp {
  const resized = image.resize(resize.width, resize.height, { fit: "fill" });
  if (crop) return flat(resized.extract(crop), format);
  if (!canvas) return flat(resized, format);
  const { left, top } = canvas;
  const [right, bottom] = [canvas.width - resize.width - left, canvas.height - resize.height - top];
  return flat(resized.ensureAlpha().extend({ left, top, right, bottom, background: TRANSPARENT }), format);
}

/** JPEG has no transparency. */
const flat = (image: Sharp, format: ImageFormat): Sharp =>
  format === "jpeg" ? image.flatten({ background: TRANSPARENT }) : image;

function encoded(image: Sharp, { format, quality }: ImageRendering): Sharp {
  if (format === "avif") return image.avif({ quality, effort: AVIF_EFFORT });
  if (format === "webp") return image.webp({ quality, effort: WEBP_EFFORT });
  if (format === "jpeg") return image.jpeg({ quality, progressive: true });
  return image.png();
}

const TOO_LARGE = /exceeds pixel limit|timeout|out of memory/i;

/** Sharp's errors have no codes, only the library's texts. */
async function made<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new ImageError(TOO_LARGE.test(text) ? "too_large" : "invalid", text, { cause: error });
  }
}
