import {
  type Collection,
  type FileStore,
  IMAGE_FIELDS,
  IMAGE_HEAD_BYTES,
  type ImageHeader,
  imageHeaderOf,
  isImageType,
  PlinthError,
  type Row,
} from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { objectKey, storeOf } from "../object-store.ts";
import { storeFailure } from "../store-failure.ts";
import { blurhashOf } from "./blurhash.ts";
import { inPictureTurn } from "./in-turn.ts";
import { readSource, requireImageType, requirePixels, sourceLimits } from "./source.ts";

/** The bytes of a file, as its item has them. */
export interface StoredBytes {
  readonly content: string;
  readonly size: number;
  readonly content_type: string;
}

interface DecodableFile {
  readonly key: string;
  readonly size: number;
  readonly contentType: string;
}

/** Whether the collection has the fields of pictures; those of older workspaces get them by and by. */
export const hasImageFields = ({ byName }: Collection): boolean => IMAGE_FIELDS.every(({ name }) => byName.has(name));

/**
 * The fields of an item that follow from its bytes: the size of a picture, from its header alone, and its blurred preview where this server can
 * decode it. Null for what is no picture, so that a file that is replaced keeps nothing of the one before.
 */
export async function imageValues(
  ctx: RequestContext,
  collection: Collection,
  { content, size, content_type: contentType }: StoredBytes,
): Promise<Row> {
  if (!hasImageFields(collection)) return {};
  const nothing = { width: null, height: null, blurhash: null };
  if (!isImageType(contentType)) return nothing;
  const store = await storeOf(ctx.engine);
  const stored = { key: objectKey(ctx.principal.workspaceId, content), size, contentType };
  const header = await headerOf(store, stored);
  if (!header) return nothing;
  return { width: header.width, height: header.height, blurhash: await preview(ctx, store, stored, header) };
}

async function headerOf(store: FileStore, { key, size, contentType }: DecodableFile): Promise<ImageHeader | undefined> {
  try {
    const range = { offset: 0, length: Math.min(size, IMAGE_HEAD_BYTES) };
    const { stream } = await store.get(key, { range });
    const header = imageHeaderOf(new Uint8Array(await new Response(stream).arrayBuffer()));
    return header?.type === contentType ? header : undefined;
  } catch (error) {
    throw storeFailure(error);
  }
}

/** A picture that cannot be decoded, or not now, is stored all the same, without a preview. */
async function preview(
  ctx: RequestContext,
  store: FileStore,
  stored: DecodableFile,
  header: ImageHeader,
): Promise<string | null> {
  const { images, config, log } = ctx.engine;
  if (!images) return null;
  try {
    const codec = await images();
    const limits = sourceLimits(config, codec);
    requireImageType(stored, limits);
    requirePixels(header, limits.pixels);
    if (!codec.pixels || !codec.capabilities.reads.includes(header.type)) return null;
    const { pixels } = codec;
    return await inPictureTurn(ctx.engine, codec, async () => {
      const { bytes } = await readSource(store, stored, limits);
      return blurhashOf(header, (size) => pixels(bytes, size));
    });
  } catch (error) {
    if (!(error instanceof PlinthError)) log.debug("an image was stored without a preview", { error });
    return null;
  }
}
