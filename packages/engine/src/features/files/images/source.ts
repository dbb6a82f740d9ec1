import {
  type FileStore,
  FileStoreError,
  ImageError,
  type ImageHeader,
  type Images,
  imageHeaderOf,
  isImageType,
  PlinthError,
} from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import { storeFailure } from "../store-failure.ts";

/** A stored file that may be decoded: its header says what it is and how large, and both are within the limits. */
export interface ImageSource {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly header: ImageHeader;
}

interface StoredImage {
  readonly key: string;
  readonly size: number;
  readonly contentType: string;
}

/** Each with what sets it, for messages. */
export type SourceLimits = Readonly<Record<"bytes" | "pixels" | "resultPixels", { most: number; by: string }>>;

/** Of the settings; where the codec's are lower, of the codec. */
export function sourceLimits(
  { imagesMaxBytes, imagesMaxPixels }: Pick<Engine["config"], "imagesMaxBytes" | "imagesMaxPixels">,
  codec?: Images,
): SourceLimits {
  const lower = (most: number, by: string, ofCodec = most) =>
    ofCodec < most ? { most: ofCodec, by: `the limit of ${codec?.name} on this server` } : { most, by };
  return {
    bytes: lower(imagesMaxBytes, "IMAGES_MAX_BYTES", codec?.capabilities.limits?.bytes),
    pixels: lower(imagesMaxPixels, "IMAGES_MAX_PIXELS", codec?.capabilities.limits?.pixels),
    resultPixels: lower(imagesMaxPixels, "IMAGES_MAX_PIXELS", codec?.capabilities.limits?.resultPixels),
  };
}

/** Before its bytes are read. Only what its first bytes have shown to be such an image: never SVG, which is a program. */
export function requireImageType(
  { contentType, size }: Omit<StoredImage, "key">,
  { bytes: { most, by } }: SourceLimits,
): void {
  if (!isImageType(contentType)) {
    throw notAnImage(`This file is ${contentType}; images are made of PNG, JPEG, WebP, GIF and AVIF.`);
  }
  if (size > most) {
    const message = `Images are made of files of at most ${most} bytes (${by}); this one has ${size}.`;
    throw new PlinthError("LIMIT_EXCEEDED", message);
  }
}

export async function readSource(store: FileStore, image: StoredImage, limits: SourceLimits): Promise<ImageSource> {
  const bytes = await storedBytes(store, image.key, image.size);
  const header = imageHeaderOf(bytes);
  // What its first bytes promised, the rest may lack.
  if (header?.type !== image.contentType) throw damaged();
  requirePixels(header, limits.pixels);
  return { bytes, header };
}

export function requirePixels(
  { width, height }: Pick<ImageHeader, "width" | "height">,
  { most, by }: SourceLimits["pixels"],
): void {
  if (width * height <= most) return;
  const message = `An image may have at most ${most} pixels (${by}); ${width} × ${height} are more.`;
  throw new PlinthError("LIMIT_EXCEEDED", message);
}

async function storedBytes(store: FileStore, key: string, size: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { stream } = await store.get(key);
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    if (bytes.byteLength === size) return bytes;
    throw new PlinthError("INTERNAL", undefined, undefined, {
      cause: new Error(`${bytes.byteLength} bytes, not ${size}`),
    });
  } catch (error) {
    if (error instanceof FileStoreError) throw storeFailure(error);
    throw error;
  }
}

/** The error that a caller gets for an error of the codec. */
export function codecFailure(error: unknown): unknown {
  if (!(error instanceof ImageError)) return error;
  if (error.kind === "invalid") return damaged(error);
  if (error.kind === "unsupported") {
    const message = "This server cannot read this kind of picture; docs/images.md says which ones can.";
    return new PlinthError("UNSUPPORTED_BY_HOST", message, undefined, { cause: error });
  }
  return new PlinthError("LIMIT_EXCEEDED", "This image takes more time or memory than one may.", undefined, {
    cause: error,
  });
}

const damaged = (cause?: unknown): PlinthError =>
  new PlinthError(
    "VALIDATION",
    "This file is a damaged image: it ends early, or its bytes are wrong.",
    { field: "path" },
    { cause },
  );

export const notAnImage = (message: string): PlinthError =>
  new PlinthError("UNSUPPORTED_MEDIA_TYPE", message, { field: "path" });

/** What this server has for pictures; `UNSUPPORTED_BY_HOST` where it has nothing, or nothing for this. */
export async function codecOf({ images }: Pick<Engine, "images">): Promise<Images> {
  if (images) return images();
  throw new PlinthError("UNSUPPORTED_BY_HOST", "This server cannot change images; docs/images.md says which ones can.");
}
