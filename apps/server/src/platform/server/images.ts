import { type Config, type Images, type Platform, PlinthError } from "@plinth/core";
import { openOnce } from "../open-once.ts";

/** By sharp. It has a library for each system, which may not be there. */
export function openImages({ imagesMaxPixels: maxPixels }: Pick<Config, "imagesMaxPixels">): Pick<Platform, "images"> {
  return { images: openOnce(() => open(maxPixels)) };
}

async function open(maxPixels: number): Promise<Images> {
  try {
    const { sharpImages } = await import("@plinth/adapters-sharp");
    return await sharpImages({ maxPixels });
  } catch (cause) {
    const message =
      "This server cannot change images: the package sharp is not installed beside it; see docs/images.md.";
    throw new PlinthError("UNSUPPORTED_BY_HOST", message, undefined, { cause });
  }
}
