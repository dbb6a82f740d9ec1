import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export const PROVIDER_KINDS = ["google", "github", "apple", "oidc"] as const;

export type ProviderKind = (typeof PROVIDER_KINDS)[number];

/** A provider as the API describes it, without its secret. */
export interface SignInProvider {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly label: string;
  readonly issuer: string;
  readonly client_id: string;
  readonly has_secret: boolean;
  readonly scopes: readonly string[];
  readonly trust_email: boolean;
  readonly enabled: boolean;
  /** What the provider must know as an address to return to. */
  readonly callback_url: string;
  readonly created_at: string;
}

export const KIND_LABELS: Readonly<Record<ProviderKind, MessageDescriptor>> = {
  google: msg`Google`,
  github: msg`GitHub`,
  apple: msg`Apple`,
  oidc: msg`Another (OpenID Connect)`,
};
