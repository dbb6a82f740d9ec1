import type { JsonObject } from "@plinth/core";

/** A key as JSON (RFC 7517). */
export type Jwk = JsonObject & { readonly kty: string };

/** What can sign a workspace's own tokens. */
export const SIGNING_ALGORITHMS = ["ES256", "EdDSA", "HS256"] as const;

export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** A key with the one algorithm that it is for: what a token says does not count. */
export interface TokenKey {
  readonly alg: string;
  readonly kid: string;
  readonly key: CryptoKey | Uint8Array;
}

export interface TokenCrypto {
  sign(claims: object, key: TokenKey): Promise<string>;
  verify(token: string, key: Pick<TokenKey, "alg" | "key">): Promise<boolean>;
  generate(alg: Exclude<SigningAlgorithm, "HS256">): Promise<{ publicJwk: Jwk; secretJwk: Jwk }>;
  /** Throws where the key is not one for the algorithm. */
  import(jwk: Jwk, alg: string): Promise<CryptoKey | Uint8Array>;
  /** The key in a text such as `-----BEGIN PUBLIC KEY-----`; null: there is none of a kind that is known here. */
  publicJwkOf(pem: string): Promise<Jwk | null>;
}

let loaded: Promise<TokenCrypto> | undefined;

/** Signing and verifying tokens. The library behind it is loaded at the first call. */
export function tokenCrypto(): Promise<TokenCrypto> {
  loaded ??= import("./jose.ts")
    .then(({ jose }) => jose)
    .catch((error: unknown) => {
      // A failed load is retried.
      loaded = undefined;
      throw error;
    });
  return loaded;
}

const BY_CURVE: Readonly<Record<string, string>> = {
  "P-256": "ES256",
  "P-384": "ES384",
  "P-521": "ES512",
  Ed25519: "EdDSA",
};
const OF_RSA: readonly string[] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

/**
 * The one algorithm of a public key. Undefined for keys that cannot verify a token here: secrets among them, as a secret
 * that others can read would let them sign.
 */
export function algorithmOf({ kty, crv, alg, use }: Jwk): string | undefined {
  if (use !== undefined && use !== "sig") return undefined;
  if (kty === "RSA") return alg === undefined ? "RS256" : OF_RSA.find((name) => name === alg);
  if (kty !== "EC" && kty !== "OKP") return undefined;
  const own = typeof crv === "string" && Object.hasOwn(BY_CURVE, crv) ? BY_CURVE[crv] : undefined;
  return alg === undefined || alg === own || (own === "EdDSA" && alg === "Ed25519") ? own : undefined;
}
