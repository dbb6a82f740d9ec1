import type { Clock, Config, Log, PlinthError, PrivateHosts } from "@plinth/core";
import type { ProviderAdmission } from "../auth-reports.ts";
import type { IssuerDocuments } from "./issuer-documents.ts";

/** Where a pool's users may have accounts with which they sign in. */
export interface IdentityProvider {
  /** In addresses, such as `google`. */
  readonly name: string;
  readonly kind: "oidc" | "github" | "apple";
  readonly issuer: string;
  readonly clientId: string;
  /** Apps whose ID tokens are accepted too. */
  readonly otherClientIds: readonly string[];
  /** Of Apple: the key that signs client secrets. Absent: a public client. */
  readonly secret?: string | undefined;
  /** Of Apple. */
  readonly teamId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly scopes: readonly string[];
  /** Whether it is believed when it says that an address is its user's. */
  readonly trustEmail: boolean;
  /** Where it sends the browser back to, in full. */
  readonly callbackUrl: string;
  readonly mayBePrivate: PrivateHosts;
}

/** How accounts name a provider: by its issuer, as one segment of a path. */
export function providerIdOf(issuer: string): string {
  return encodeURIComponent(issuer);
}

/** Pages to which a sign-in leads. They have been checked. */
export interface OAuthPages {
  readonly page: string;
  readonly errorPage: string;
  /** For a user who is new here. */
  readonly newUserPage?: string | undefined;
}

/** Somebody whom a provider knows, and this pool does not. */
export interface Newcomer {
  readonly email: string;
  readonly name: string | null;
  /** Whether the provider has verified the address. */
  readonly isProven: boolean;
  /** The token of an invitation. */
  readonly invitation: string | undefined;
}

/** Whom a provider names. */
export interface NamedPerson {
  readonly subject: string;
  readonly email: string | undefined;
  /** Whether the provider has verified the address. */
  readonly emailVerified: boolean;
  /** The user who is signed in, and links an account. */
  readonly linkedBy: string | undefined;
}

/** One request of a sign-in by a provider. */
export interface OAuthStep {
  readonly provider: IdentityProvider;
  /** Of the request that starts it. */
  readonly pages?: OAuthPages | undefined;
  readonly invitation?: string | undefined;
  /** Decides about whom the provider names, before an account is looked for. Throws to refuse. */
  recognize?(person: NamedPerson): Promise<void>;
  /** Decides about a new account. Throws to refuse. */
  admit(newcomer: Newcomer): Promise<ProviderAdmission>;
}

/** What became of it. */
export interface OAuthAnswer {
  readonly response: Response;
  /** Of a callback that failed. The page gets its code. */
  readonly failure?: OAuthFailure | undefined;
  /** An account was linked, which may have ended sessions. */
  readonly linked: boolean;
}

export interface OAuthFailure {
  /** For the page. */
  readonly reason: string;
  /** As the provider gave it. */
  readonly email?: string | undefined;
  readonly cause: PlinthError;
}

/** What requests to providers need. */
export interface OAuthEnvironment {
  readonly clock: Clock;
  readonly log: Log;
  readonly documents: IssuerDocuments;
  /** The workspace of the users. */
  readonly pool: string;
  readonly emailVerification: Config["emailVerification"];
}
