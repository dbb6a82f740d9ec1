import { outgoingProblem } from "@plinth/core";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { ProviderError, requireJson } from "./ask.ts";
import type { IdentityProvider, OAuthEnvironment } from "./identity-provider.ts";

const HOUR_MS = 3_600_000;
/** A key that is not known is looked for again at most this often. */
const NEW_KEY_MS = 30_000;
/** Signatures that can be checked by a public key. */
const ALGORITHMS = new Set("RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" "));

/** What an issuer says about itself (OpenID Connect Discovery 1.0). */
export interface Discovery {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  readonly userinfoEndpoint: string | undefined;
  readonly algorithms: string[];
  /** How the client's secret is sent. */
  readonly authentication: "basic" | "post";
}

export async function discover(provider: IdentityProvider, { documents }: OAuthEnvironment): Promise<Discovery> {
  const url = `${provider.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  // What cannot be used is not kept.
  const load = async () => readDiscovery(provider, url, (await requireJson(provider, url)) as Record<string, unknown>);
  return (await documents.get(url, HOUR_MS, load)) as Discovery;
}

export function readDiscovery(
  { issuer, mayBePrivate }: Pick<IdentityProvider, "issuer" | "mayBePrivate">,
  url: string,
  document: Record<string, unknown>,
): Discovery {
  if (document.issuer !== issuer) {
    throw new ProviderError(`${url} is of another issuer: ${JSON.stringify(document.issuer)?.slice(0, 200)}`);
  }
  const endpoint = (key: string): string => {
    const address = document[key];
    const wrong = typeof address === "string" ? outgoingProblem(address, mayBePrivate) : "is missing";
    if (wrong) throw new ProviderError(`${url}: ${key} ${wrong}`);
    return address as string;
  };
  const listed = (key: string): string[] => {
    const list = document[key];
    return Array.isArray(list) ? list.filter((entry) => typeof entry === "string") : [];
  };
  const algorithms = listed("id_token_signing_alg_values_supported").filter((name) => ALGORITHMS.has(name));
  const methods = listed("token_endpoint_auth_methods_supported");
  return {
    authorizationEndpoint: endpoint("authorization_endpoint"),
    tokenEndpoint: endpoint("token_endpoint"),
    jwksUri: endpoint("jwks_uri"),
    userinfoEndpoint: document.userinfo_endpoint === undefined ? undefined : endpoint("userinfo_endpoint"),
    algorithms: algorithms.length > 0 ? algorithms : ["RS256"],
    authentication: methods.length === 0 || methods.includes("client_secret_basic") ? "basic" : "post",
  };
}

/** The issuer's public keys. One that is new is fetched when it is first seen. */
export function issuerKeys(
  provider: IdentityProvider,
  jwksUri: string,
  { documents }: OAuthEnvironment,
): JWTVerifyGetKey {
  const load = async () => ({ find: createLocalJWKSet((await requireJson(provider, jwksUri)) as JSONWebKeySet) });
  const keys = async (maxAgeMs: number) =>
    ((await documents.get(jwksUri, maxAgeMs, load)) as Awaited<ReturnType<typeof load>>).find;
  return async (header, token) => {
    try {
      return await (await keys(HOUR_MS))(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return (await keys(NEW_KEY_MS))(header, token);
    }
  };
}
