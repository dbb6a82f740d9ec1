import { type Config, type Images, type Log, type Platform, PlinthError } from "@plinth/core";
import { openOnce } from "../open-once.ts";

interface SpareCodec {
  readonly log: Log;
  /** Absent: without sharp, images are refused. */
  readonly spare: (() => Promise<Images>) | undefined;
}

/** By sharp, which has a library for each system. Where it is not there, or may not be loaded, by `spare`. */
export function openImages(
  { imagesMaxPixels: maxPixels }: Pick<Config, "imagesMaxPixels">,
  spare: SpareCodec,
): Pick<Platform, "images"> {
  return { images: openOnce(() => bySharp(maxPixels).catch((cause) => withoutSharp(cause, spare))) };
}

async function bySharp(maxPixels: number): Promise<Images> {
  const { sharpImages } = await import("@plinth/adapters-sharp");
  return sharpImages({ maxPixels });
}

async function withoutSharp(cause: unknown, { log, spare }: SpareCodec): Promise<Images> {
  if (!spare) {
    const message =
      "This server cannot change images: the package sharp is not installed beside it; see docs/images.md.";
    throw new PlinthError("UNSUPPORTED_BY_HOST", message, undefined, { cause });
  }
  const reason = cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause);
  log.info("images are made without sharp, which could not be loaded; docs/images.md says what that changes", {
    reason,
  });
  return spare();
}
