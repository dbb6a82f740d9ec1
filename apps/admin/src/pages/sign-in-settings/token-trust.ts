import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export const KEY_ALGORITHMS = ["ES256", "EdDSA", "HS256"] as const;

export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

/** What signs access tokens, as `GET /api/signing-keys` lists it. */
export interface SigningKeyInfo {
  /** The `kid` of its tokens. */
  readonly id: string;
  readonly algorithm: KeyAlgorithm;
  readonly state: "next" | "current" | "retired";
  /** Null: the key is a shared secret. */
  readonly public_key: Readonly<Record<string, unknown>> | null;
  readonly created_at: string;
  readonly activated_at: string | null;
  readonly retired_at: string | null;
  /** Until when its tokens are accepted. */
  readonly verifies_until: string | null;
}

export const KEY_STATES: Readonly<Record<SigningKeyInfo["state"], MessageDescriptor>> = {
  next: msg`Waits`,
  current: msg`Signs`,
  retired: msg`Replaced`,
};

export const ALGORITHM_NOTES: Readonly<Record<KeyAlgorithm, MessageDescriptor>> = {
  ES256: msg`For most programs: they check tokens with the public key.`,
  EdDSA: msg`Ed25519, where your programs and the host of this server have it.`,
  HS256: msg`A secret that your programs share. Whoever has it can make tokens.`,
};

/** Whose tokens the workspace accepts, as `GET /api/trusted-issuers` lists them. */
export interface TrustedIssuerInfo {
  readonly id: string;
  readonly issuer: string;
  readonly audience: string;
  readonly jwks_url: string | null;
  readonly public_key: Readonly<Record<string, unknown>> | null;
  readonly claims: { readonly id: string; readonly email: string; readonly roles: string };
  readonly trust_email: boolean;
  readonly roles: readonly string[];
  readonly created_at: string;
}
