import { type Config, type Images, type Platform, PlinthError } from "@plinth/core";
import { openOnce } from "../open-once.ts";

type ImagesConfig = Pick<Config, "imagesMaxPixels">;

/**
 * By sharp, which has a library for each system. Where it is not there, or may not be loaded, by `spare`; without that, images are
 * refused.
 */
export function openImages({ imagesMaxPixels: maxPixels }: ImagesConfig, spare = refused): Pick<Platform, "images"> {
  return { images: openOnce(() => bySharp(maxPixels).catch(spare)) };
}

async function bySharp(maxPixels: number): Promise<Images> {
  const { sharpImages } = await import("@plinth/adapters-sharp");
  return sharpImages({ maxPixels });
}

async function refused(cause: unknown): Promise<Images> {
  const message = "This server cannot change images: the package sharp is not installed beside it; see docs/images.md.";
  throw new PlinthError("UNSUPPORTED_BY_HOST", message, undefined, { cause });
}
