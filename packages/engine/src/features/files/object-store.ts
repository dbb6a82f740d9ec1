import { sha256 } from "@noble/hashes/sha2.js";
import { type ContentHash, type FileStore, PlinthError } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";

/** Where an object is in the store: what the path of its file is makes no difference, so that files move without their bytes. */
export function objectKey(workspaceId: string, object: string): string {
  return `${workspaceId}/${object}`;
}

export async function storeOf({ files }: Pick<Engine, "files">): Promise<FileStore> {
  if (files) return files();
  const message =
    "This server has no place for files. Set S3_BUCKET with its key, on Workers the binding FILES, or FILES_DIR on a server with a disk.";
  throw new PlinthError("UNSUPPORTED_BY_HOST", message);
}

/** By the host's own code where it has some, as that is several times as fast. */
export function hashOf({ contentHash }: Pick<Engine, "contentHash">): ContentHash {
  if (contentHash) return contentHash();
  const hash = sha256.create();
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}
