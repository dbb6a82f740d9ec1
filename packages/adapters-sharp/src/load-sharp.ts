import { createRequire } from "node:module";
import process from "node:process";

type SharpModule = typeof import("sharp");

/** No literal: bundles leave the import to the runtime, as the library is no JavaScript. */
const NAME: string = "sharp";
/** The formats that Plinth reads. All others are off: among them are programs, such as SVG and PDF. */
const LOADERS = ["Jpeg", "Png", "Webp", "Nsgif", "Heif"].map((name) => `VipsForeignLoad${name}`);

export async function loadSharp(): Promise<SharpModule["default"]> {
  const sharp = await importSharp();
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: LOADERS });
  // Nothing is asked for twice, as results are stored.
  sharp.cache(false);
  // Whoever calls decodes several at a time.
  sharp.concurrency(1);
  return sharp;
}

/** From beside this code; in an executable, which has no packages beside its code, from beside its file. */
async function importSharp(): Promise<SharpModule["default"]> {
  try {
    return ((await import(NAME)) as SharpModule).default;
  } catch (error) {
    try {
      return createRequire(process.execPath)(NAME) as SharpModule["default"];
    } catch {
      throw error;
    }
  }
}
