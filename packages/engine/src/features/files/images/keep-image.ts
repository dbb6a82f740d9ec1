import { type FileStore, FileStoreError } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import type { OpenedBytes, OpenedFile } from "../read-file.ts";

/** An image that is there. */
export interface MadeImage {
  readonly size: number;
  /** Of one that the store does not keep. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

interface Rendered {
  readonly key: string;
  readonly image: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/** Stores an image. Where the store refuses it, those who wait for it get it all the same, and the next one who asks has it made anew. */
export async function keepImage(
  { log }: Pick<Engine, "log">,
  store: FileStore,
  { key, image, contentType }: Rendered,
): Promise<MadeImage> {
  try {
    const { size } = await store.put(key, image, { contentType });
    return { size };
  } catch (error) {
    if (!(error instanceof FileStoreError)) throw error;
    log.warn("an image was made, and the store does not keep it", { key, error });
    return { size: image.byteLength, bytes: image };
  }
}

/** How it is read where it is in memory alone. */
export function unkeptImage(image: Uint8Array<ArrayBuffer>): Pick<OpenedFile, "bytes" | "open" | "storeUrl"> {
  const open: OpenedFile["open"] = async ({ offset, length = image.byteLength } = { offset: 0 }) => {
    const bytes = image.slice(offset, offset + length);
    return { bytes, stream: new Blob([bytes]).stream() } satisfies OpenedBytes;
  };
  return { open, bytes: async (range) => (await open(range)).stream, storeUrl: undefined };
}
