import {
  type FileStore,
  FileStoreError,
  focalPointOf,
  type ImageFormat,
  type ImageLayout,
  type Images,
  type ImageType,
  imageLayout,
  invalid,
  PlinthError,
  toHex,
  typeOfFormat,
} from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { type FileLocation, normalLocation } from "../file-items.ts";
import type { ImageEdit, ImagePresets } from "../image-presets.ts";
import { objectKey, storeOf } from "../object-store.ts";
import { type OpenedFile, openReadable, requireReadableFile } from "../read-file.ts";
import type { BucketRow } from "../repository.ts";
import { storeFailure } from "../store-failure.ts";
import { failedImages } from "./failed-images.ts";
import { imageFormatOf } from "./image-format.ts";
import { imageObject } from "./image-objects.ts";
import { inPictureTurn } from "./in-turn.ts";
import { keepImage, type MadeImage, unkeptImage } from "./keep-image.ts";
import { renderQueue } from "./render-queue.ts";
import {
  codecFailure,
  codecOf,
  readSource,
  requireImageType,
  requirePixels,
  type SourceLimits,
  sourceLimits,
} from "./source.ts";

/** What a request wants of a picture: a preset of its bucket, or parameters of its own. */
export interface ImageInput {
  readonly preset?: string | undefined;
  readonly edit: ImageEdit;
  /** The header of the request. */
  readonly accept: string | undefined;
}

/** Changes with how images are made: those that an older version has stored are then made anew. */
const MAKING = 1;
const QUALITY: Readonly<Record<ImageFormat, number>> = { avif: 50, webp: 80, jpeg: 80, png: 100 };

/**
 * An image that is made of a stored file, under the rules of that file. It is made once and then kept in the store, and goes with the content
 * that it is made of.
 */
export async function openImage(ctx: RequestContext, location: FileLocation, input: ImageInput): Promise<OpenedFile> {
  const store = await storeOf(ctx.engine);
  const file = await requireReadableFile(ctx, normalLocation(location));
  const edit = imageEditOf(ctx, file.bucket, input);
  const { content, size, content_type: contentType, name, width, height } = file.row as unknown as StoredRow;
  const requireRoom = (limits: SourceLimits) => {
    requireImageType({ contentType, size }, limits);
    if (width && height) requirePixels({ width, height }, limits.pixels);
  };
  requireRoom(sourceLimits(ctx.engine.config));
  const images = await codecOf(ctx.engine);
  requireRoom(sourceLimits(ctx.engine.config, images));
  const source = requireSupported(images, contentType as ImageType, edit);
  const format = imageFormatOf(edit, source, input.accept, images.capabilities);
  const variant = await variantName(edit, format);
  const { workspaceId } = ctx.principal;
  const original = objectKey(workspaceId, content);
  const object = imageObject(content, variant);
  const key = objectKey(workspaceId, object);
  const make = () => render(ctx, store, images, { key, original, size, source, edit, format });
  const made = (await storedImage(store, key)) ?? (await once(ctx, images, key, make));
  return {
    ...openReadable(ctx, store, file, object),
    ...(made.bytes && unkeptImage(made.bytes)),
    name: renamed(name, format),
    content: `${content}-${variant}`,
    size: made.size,
    contentType: typeOfFormat(format),
    ...((edit.format ?? "auto") === "auto" && { vary: "accept" }),
  };
}

interface StoredRow {
  readonly content: string;
  readonly size: number;
  readonly content_type: string;
  readonly name: string;
  readonly width?: number | null;
  readonly height?: number | null;
}

/**
 * What is to be made. Parameters of one's own are for those who may spend the server's time: anybody else could order any number of images. They
 * choose among the bucket's presets. A signed URL has the rights of its signer, as all parameters are part of what was signed.
 */
export function imageEditOf(
  { principal }: Pick<RequestContext, "principal">,
  { imagePresets }: Pick<BucketRow, "imagePresets">,
  { preset, edit }: Pick<ImageInput, "preset" | "edit">,
): ImageEdit {
  if (preset === undefined) {
    if (principal.bypass) return edit;
    const message = "Name a preset of the bucket: parameters of your own need a secret key or an administrator.";
    throw new PlinthError("FORBIDDEN", message, { field: "preset" });
  }
  const own = Object.keys(edit)[0];
  if (own !== undefined) throw invalid(own, "cannot be beside preset, which says it");
  const presets = JSON.parse(imagePresets ?? "{}") as ImagePresets;
  if (Object.hasOwn(presets, preset)) return presets[preset]!;
  throw invalid("preset", "the bucket has no such preset; an administrator adds it to image_presets of the bucket");
}

function requireSupported(
  { name, capabilities }: Images,
  source: ImageType,
  { format = "auto", strip }: ImageEdit,
): ImageType {
  const { reads, writes, keepsMetadata } = capabilities;
  const problem = !reads.includes(source)
    ? `read ${source}`
    : format !== "auto" && !writes.includes(format)
      ? `write ${format}`
      : strip === false && !keepsMetadata
        ? "keep the metadata of images"
        : undefined;
  if (problem === undefined) return source;
  throw new PlinthError("UNSUPPORTED_BY_HOST", `This server cannot ${problem} (${name}).`);
}

/** The same for equal parameters, in whatever order they come, and a part of a key of the store. */
async function variantName(edit: ImageEdit, format: ImageFormat): Promise<string> {
  const { x, y } = focalPointOf(edit.position ?? "center")!;
  const said = [
    MAKING,
    format,
    edit.width,
    edit.height,
    edit.fit ?? "cover",
    x,
    y,
    qualityOf(edit, format),
    edit.strip ?? true,
  ];
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(said)));
  return toHex(new Uint8Array(digest).subarray(0, 16));
}

const qualityOf = ({ quality }: ImageEdit, format: ImageFormat): number =>
  format === "png" ? QUALITY.png : (quality ?? QUALITY[format]);

async function storedImage(store: FileStore, key: string): Promise<MadeImage | undefined> {
  try {
    return await store.head(key);
  } catch (error) {
    if (error instanceof FileStoreError && error.kind === "not_found") return undefined;
    throw storeFailure(error);
  }
}

/** One for all who wait for it; where a connection belongs to its request, so does all work. */
function once<T>({ engine, driver }: RequestContext, images: Images, key: string, make: () => Promise<T>): Promise<T> {
  const isOfRequest = images.capabilities.inRequest || driver.lifetime === "request";
  if (!isOfRequest) return renderQueue(engine).shared(key, make);
  return failedImages(engine).unlessFailed(key, () => inPictureTurn(engine, images, make));
}

interface Rendering {
  readonly key: string;
  readonly original: string;
  readonly size: number;
  readonly source: ImageType;
  readonly edit: ImageEdit;
  readonly format: ImageFormat;
}

async function render(
  { engine }: RequestContext,
  store: FileStore,
  images: Images,
  { key, original, size, source: contentType, edit, format }: Rendering,
): Promise<MadeImage> {
  const limits = sourceLimits(engine.config, images);
  const { bytes, header } = await readSource(store, { key: original, size, contentType }, limits);
  const focus = focalPointOf(edit.position ?? "center")!;
  const layout = imageLayout(header, { width: edit.width, height: edit.height, fit: edit.fit ?? "cover", focus });
  for (const made of [layout.resize, layout.canvas]) if (made) requirePixels(made, limits.resultPixels);
  requireSides(layout, format);
  const options = {
    source: contentType,
    layout,
    format,
    quality: qualityOf(edit, format),
    keepMetadata: edit.strip === false,
  };
  const image = await images.render(bytes, options).catch((error: unknown) => {
    throw codecFailure(error);
  });
  return keepImage(engine, store, { key, image, contentType: typeOfFormat(format) });
}

/** A file of the format has no room for more: RFC 9649, 2.7.1, and ITU-T T.81, B.2.2 */
const LONGEST_SIDE: Readonly<Partial<Record<ImageFormat, number>>> = { webp: 16_383, jpeg: 65_535 };

function requireSides({ resize, crop, canvas }: ImageLayout, format: ImageFormat): void {
  const { width, height } = crop ?? canvas ?? resize;
  const most = LONGEST_SIDE[format];
  if (most === undefined || Math.max(width, height) <= most) return;
  const message = `A side of an image in ${format} may have at most ${most} pixels; it would be ${width} × ${height}.`;
  throw new PlinthError("LIMIT_EXCEEDED", message);
}

/** With the ending of what it is now. */
function renamed(name: string, format: ImageFormat): string {
  const ending = format === "jpeg" ? "jpg" : format;
  const known = /\.(png|jpe?g|webp|gif|avif)$/i;
  return `${name.replace(known, "")}.${ending}`;
}
