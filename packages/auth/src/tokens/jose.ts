/** The one module that loads jose; imported on first use, never before. */
import { type Json, type JsonObject, PlinthError } from "@plinth/core";
import { CompactSign } from "jose/jws/compact/sign";
import { compactVerify } from "jose/jws/compact/verify";
import { exportJWK } from "jose/key/export";
import { generateKeyPair } from "jose/key/generate/keypair";
import { importJWK, importSPKI } from "jose/key/import";
import type { Jwk, TokenCrypto } from "./token-crypto.ts";

const encoder = new TextEncoder();

export const jose: TokenCrypto = {
  async sign(claims, { alg, kid, key }) {
    const payload = encoder.encode(JSON.stringify(claims));
    return new CompactSign(payload).setProtectedHeader({ alg, kid, typ: "JWT" }).sign(key);
  },
  async verify(token, { alg, key }) {
    try {
      await compactVerify(token, key, { algorithms: [alg] });
      return true;
    } catch {
      return false;
    }
  },
  async generate(alg) {
    const pair = await generateKeyPair(alg, { extractable: true }).catch((cause: unknown) => {
      throw new PlinthError("UNSUPPORTED_BY_HOST", `The host of this server has no keys for ${alg}.`, undefined, {
        cause,
      });
    });
    return {
      publicJwk: (await exportJWK(pair.publicKey)) as Jwk,
      secretJwk: (await exportJWK(pair.privateKey)) as Jwk,
    };
  },
  import: (jwk, alg) => importJWK(jwk as JsonObject, alg) as Promise<CryptoKey | Uint8Array>,
  async publicJwkOf(pem) {
    for (const alg of ["ES256", "ES384", "EdDSA", "RS256"]) {
      try {
        return (await exportJWK(await importSPKI(pem, alg, { extractable: true }))) as Record<string, Json> as Jwk;
      } catch {
        // It is for another algorithm.
      }
    }
    return null;
  },
};
