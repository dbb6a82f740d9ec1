import { sha1 } from "@noble/hashes/legacy.js";
import { fromBase64, invalid, toHex } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
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
  if (name === "crc32") return crc32();
  const hash = sha1.create();
  return { update: (bytes: Uint8Array) => void hash.update(bytes), digest: () => hash.digest() };
}

/** https://www.rfc-editor.org/rfc/rfc1952#section-8; the checksum with its highest byte first. */
function crc32() {
  let crc = 0xffffffff;
  return {
    update(bytes: Uint8Array): void {
      for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
    },
    digest(): Uint8Array {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, ~crc >>> 0);
      return bytes;
    },
  };
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc >>> 0;
});
