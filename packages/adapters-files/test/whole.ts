import { expect } from "bun:test";
import { createHash } from "node:crypto";
import type { FileStore } from "@plinth/core";

/** Every file that is listed is whole: its bytes have the checksum that it says. */
export async function requireWhole(store: FileStore): Promise<number> {
  const { files } = await store.list();
  for (const { key, etag, size } of files) {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of (await store.get(key)).stream) {
      hash.update(chunk);
      bytes += chunk.byteLength;
    }
    expect({ key, etag: hash.digest("hex"), size: bytes }).toEqual({ key, etag, size });
  }
  return files.length;
}
