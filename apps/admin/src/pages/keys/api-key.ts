import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export type KeyKind = "publishable" | "secret" | "scoped";

/** A key as `GET /api/keys` lists it. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly kind: KeyKind;
  /** The first characters, to recognize a key. */
  readonly prefix: string;
  readonly created_at: string;
  readonly created_by: string | null;
  readonly rotated_by: string | null;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  /** Until when the secret before the last rotation counts. */
  readonly previous_until: string | null;
  readonly roles: readonly string[] | null;
  readonly actions: readonly string[] | null;
  readonly collections: readonly string[] | null;
  readonly ip_ranges: readonly string[] | null;
  readonly rate_limit: number | null;
}

/** The only answer with the key itself. */
export interface NewApiKey extends ApiKey {
  readonly key: string;
}

export const KIND_NAMES: Readonly<Record<KeyKind, MessageDescriptor>> = {
  publishable: msg`Publishable`,
  secret: msg`Secret`,
  scoped: msg`Scoped`,
};

export const KIND_NOTES: Readonly<Record<KeyKind, MessageDescriptor>> = {
  publishable: msg`For web pages and apps, where everybody can read it. It may do what your rules allow to everybody.`,
  secret: msg`For your own servers. It may do everything in the workspace: rules do not bind it.`,
  scoped: msg`For a program that needs only a part: chosen roles, actions and collections.`,
};

export function isExpired({ expires_at }: Pick<ApiKey, "expires_at">, now = Date.now()): boolean {
  return expires_at !== null && Date.parse(expires_at) <= now;
}
