import { outgoingProblem, type PrivateHosts } from "./outgoing.ts";

/** What is known of the kinds of sign-in providers; `oidc` is any issuer of OpenID Connect. */
export const PROVIDER_KINDS = {
  google: { label: "Google", issuer: "https://accounts.google.com", scopes: ["email", "profile"] },
  github: { label: "GitHub", issuer: "https://github.com", scopes: ["read:user", "user:email"] },
  apple: { label: "Apple", issuer: "https://appleid.apple.com", scopes: ["email", "name"] },
  oidc: { label: undefined, issuer: undefined, scopes: ["email", "profile"] },
} as const;

export type ProviderKind = keyof typeof PROVIDER_KINDS;

export const PROVIDER_NAME = /^[a-z][a-z0-9-]{0,39}$/;
/** RFC 6749, 3.3. */
export const PROVIDER_SCOPE = /^[!#-[\]-~]{1,200}$/;
/** A team's or a key's at Apple. */
export const APPLE_ID = /^[A-Z0-9]{10}$/;

const APPLE_KEY = /^\s*-----BEGIN PRIVATE KEY-----[\w+/=\s]+-----END PRIVATE KEY-----\s*$/;

/** What is wrong with the address of an issuer, as the end of a sentence. */
export function issuerProblem(issuer: string, kind: ProviderKind, mayBePrivate: PrivateHosts): string | undefined {
  return outgoingProblem(issuer, mayBePrivate) ?? oddForm(issuer, kind);
}

/** One issuer has one form, so that its users cannot have two accounts. */
function oddForm(issuer: string, kind: ProviderKind): string | undefined {
  const { href, search, hash } = new URL(issuer);
  if (search !== "" || hash !== "") return "must have neither ? nor #";
  if (href !== issuer && href !== `${issuer}/`) return `must be written as ${href}`;
  return kind === "github" && issuer.endsWith("/") ? "must not end with a slash" : undefined;
}

export interface ProviderCredentials {
  readonly client_secret?: string | null | undefined;
  readonly private_key?: string | null | undefined;
  readonly team_id?: string | null | undefined;
  readonly key_id?: string | null | undefined;
}

/** What is stored already, where something is left out. */
interface KeptCredentials {
  readonly secret: boolean;
  readonly teamId?: string | undefined;
  readonly keyId?: string | undefined;
}

/** What a kind needs and what it does not know: the first field that is wrong, and why. */
export function credentialsProblem(
  kind: ProviderKind,
  { client_secret, private_key, team_id, key_id }: ProviderCredentials,
  kept: KeptCredentials,
): { readonly field: string; readonly problem: string } | undefined {
  if (kind !== "apple") {
    const odd = Object.entries({ private_key, team_id, key_id }).find(([, value]) => value != null);
    if (odd) return { field: odd[0], problem: "is for providers of the kind apple" };
    if (kind === "github" && !(client_secret ?? (client_secret === undefined && kept.secret))) {
      return { field: "client_secret", problem: "is needed: GitHub knows no apps without one" };
    }
    return undefined;
  }
  if (client_secret != null)
    return { field: "client_secret", problem: "is made from private_key for Apple; leave it out" };
  if (!(private_key ?? (private_key === undefined && kept.secret)))
    return { field: "private_key", problem: "is needed" };
  if (private_key != null && !APPLE_KEY.test(private_key)) {
    const problem = "must be the text of the .p8 file, from -----BEGIN PRIVATE KEY----- to its end";
    return { field: "private_key", problem };
  }
  if (!(team_id ?? (team_id === undefined && kept.teamId))) return { field: "team_id", problem: "is needed" };
  if (!(key_id ?? (key_id === undefined && kept.keyId))) return { field: "key_id", problem: "is needed" };
  return undefined;
}

/** A provider by which operators sign in, as the server's settings name it. */
export interface OperatorProvider {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly label: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Of Apple: the private key. Absent: a public client. */
  readonly secret?: string | undefined;
  /** Of Apple. */
  readonly teamId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly scopes: readonly string[];
}
