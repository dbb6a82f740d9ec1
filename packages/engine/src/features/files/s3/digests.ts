import { md5, sha1 } from "@noble/hashes/legacy.js";
import type { ContentHash } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import { crc32c, crc64nvme, runningCrc32 } from "../crc.ts";
import { hashOf } from "../object-store.ts";

/** The checksums that clients of S3 send: `x-amz-checksum-…` by their names, and `Content-MD5`. */
export const S3_CHECKSUMS = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"] as const;
export type S3Checksum = (typeof S3_CHECKSUMS)[number];

/** Bytes of each. */
export const CHECKSUM_BYTES: Readonly<Record<S3Checksum | "md5", number>> = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
  md5: 16,
};

/** Begins one. */
export function s3Digest(engine: Pick<Engine, "contentHash">, name: S3Checksum | "md5"): ContentHash {
  if (name === "sha256") return hashOf(engine);
  if (name === "md5" || name === "sha1")
    return engine.contentHash?.(name) ?? running(name === "md5" ? md5.create() : sha1.create());
  return name === "crc32" ? runningCrc32() : name === "crc32c" ? crc32c() : crc64nvme();
}

function running(hash: { update(bytes: Uint8Array): unknown; digest(): Uint8Array }): ContentHash {
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}
