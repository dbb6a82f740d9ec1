import { sha1 } from "@noble/hashes/legacy.js";
import { fromBase64, invalid, toHex } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import { runningCrc32 } from "../crc.ts";
import { hashOf } from "../object-store.ts";
import type { BodyDigest } from "./append-bytes.ts";

/** Checksums by which a client may protect the bytes of one request. */
export const CHECKSUMS = ["sha1", "sha256", "crc32"] as const;
type Checksum = (typeof CHECKSUMS)[number];

const BYTES: Readonly<Record<Checksum, number>> = { sha1: 20, sha256: 32, crc32: 4 };

export const isChecksum = (name: string): name is Checksum => (CHECKSUMS as readonly string[]).includes(name);

/** `expected`: the checksum in base64; `field` names it in an error. */
export function bodyDigest(engine: Engine, name: Checksum, expected: string, field: string): BodyDigest {
  const bytes = decoded(expected);
  if (bytes?.byteLength !== BYTES[name]) throw invalid(field, `must be ${BYTES[name]} bytes in base64`);
  const hash = hashNamed(engine, name);
  return {
    update: (chunk) => hash.update(chunk),
    matches: async () => toHex(await hash.digest()) === toHex(bytes),
  };
}

function decoded(text: string): Uint8Array | undefined {
  try {
    return fromBase64(text);
  } catch {
    return undefined;
  }
}

function hashNamed(engine: Engine, name: Checksum) {
  if (name === "sha256") return hashOf(engine);
  if (name === "crc32") return runningCrc32();
  if (engine.contentHash) return engine.contentHash("sha1");
  const hash = sha1.create();
  return { update: (bytes: Uint8Array) => void hash.update(bytes), digest: () => hash.digest() };
}
