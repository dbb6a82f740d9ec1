import type { Json } from "@plinth/core";
import type { Reply } from "./scenario.ts";

/** The document describes forms, and names what a body may hold. */
const DESCRIBED = /^\/api\/openapi\.json$/;

const NAMES = new Set(["hash", "hashes", "hashed", "salt", "salted", "digest"]);

/** As passwords are stored (by scrypt and by the tests' own hasher), and the SHA-256 of keys, tokens and codes. */
const STORED =
  /(?<![0-9a-z])(?:[0-9a-f]{32}:[0-9a-f]{128}|\$scrypt\$ln=\d+,r=\d+,p=\d+\$[a-z0-9+/]+|test:[0-9a-f]{64}|[0-9a-f]{64})(?![0-9a-z])/i;

/**
 * The checksum of a file, for those who may read it; the signature of a URL of S3; and what S3 servers answer to a wrong signature: the signature that
 * came, and the text that it should be of, which has the checksum of the request.
 */
const OF_FILES =
  /"sha256":"[0-9a-f]{64}"|[?&]X-Amz-Signature=[0-9a-f]{64}|<(StringToSign|CanonicalRequest|SignatureProvided)>[^<]*<\/\1>/g;

/** Throws where an answer has a key that is named after a hash or a salt, or holds what looks like a stored one. */
export function requireNoHashes(path: string, { text, json, headers }: Pick<Reply, "text" | "json" | "headers">): void {
  const shape = [text.replaceAll(OF_FILES, ""), ...headers.values()]
    .map((part) => STORED.exec(part)?.[0])
    .find(Boolean);
  if (shape !== undefined) throw new Error(`the answer of ${path} holds ${shape.slice(0, 12)}…, as hashes are stored`);
  const key = DESCRIBED.test(path) || json === undefined ? undefined : hashKeyIn(json);
  if (key !== undefined) throw new Error(`the answer of ${path} has the key ${key}`);
}

function hashKeyIn(value: Json, path = ""): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const here = path === "" ? key : `${path}.${key}`;
    const found = isHashName(key) ? here : hashKeyIn(part, here);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Answers have the same few keys again and again. */
const known = new Map<string, boolean>();

function isHashName(key: string): boolean {
  let is = known.get(key);
  if (is === undefined) {
    is = wordsOf(key).some((word) => NAMES.has(word));
    known.set(key, is);
  }
  return is;
}

/** Of snake_case, camelCase and kebab-case. */
function wordsOf(key: string): string[] {
  return key
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}
