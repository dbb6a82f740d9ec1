import type { SandboxCall } from "../ports/sandbox.ts";

const DIGESTS = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"];

/** The part of `crypto.subtle` that is done outside: it is the same for every program, and needs no permission. */
export const hostCrypto: Readonly<Record<string, SandboxCall>> = {
  "$crypto.digest": async ([algorithm, bytes]) =>
    new Uint8Array(await crypto.subtle.digest(digestOf(algorithm), bytesIn(bytes))),
  "$crypto.hmac": async ([algorithm, key, bytes]) => {
    const by = { name: "HMAC", hash: digestOf(algorithm) };
    const secret = await crypto.subtle.importKey("raw", bytesIn(key), by, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", secret, bytesIn(bytes)));
  },
};

function digestOf(algorithm: unknown): string {
  const name = String(algorithm).toUpperCase();
  if (!DIGESTS.includes(name)) throw new TypeError(`expected one of ${DIGESTS.join(", ")}`);
  return name;
}

function bytesIn(value: unknown): Uint8Array<ArrayBuffer> {
  if (!(value instanceof Uint8Array)) throw new TypeError("expected bytes");
  return value as Uint8Array<ArrayBuffer>;
}
