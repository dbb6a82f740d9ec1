import {
  authorizationCodeRequest,
  createAuthorizationURL,
  getOAuth2Tokens,
  type OAuth2Tokens,
  type OAuthProvider,
} from "@better-auth/core/oauth2";
import { verifyIdToken } from "@better-auth/core/oauth2/internal";
import { ProviderError, requireJson } from "./ask.ts";
import { clientSecretOf } from "./client-secret.ts";
import { discover, issuerKeys } from "./discovery.ts";
import { type IdentityProvider, type OAuthEnvironment, providerIdOf } from "./identity-provider.ts";
import { type Profile, profileOf, userOf } from "./profile.ts";

const MAX_AGE = "1h";

type Claims = Record<string, unknown>;

/**
 * A provider of OpenID Connect, by its discovery document. better-auth has one too, but asks without a limit of time and
 * size: docs/decisions/047-providers.md.
 */
export function oidcProvider(provider: IdentityProvider, env: OAuthEnvironment): OAuthProvider<Profile> {
  const { kind, issuer, clientId, otherClientIds, scopes, callbackUrl, trustEmail } = provider;
  const apple = kind === "apple";

  const verified = async (token: string, nonce: string | undefined): Promise<Claims> => {
    const { jwksUri, algorithms } = await discover(provider, env);
    const audience = [clientId, ...otherClientIds];
    const config = {
      jwks: issuerKeys(provider, jwksUri, env),
      issuer,
      audience,
      algorithms,
      maxTokenAge: MAX_AGE,
      nonceComparison: apple ? "exact-or-sha256" : "exact",
      verifyClaims: (claims: Claims) =>
        isForUs(claims, audience) && (nonce !== undefined || claims.nonce === undefined),
    } as const;
    return (await verifyIdToken(token, config, nonce)).payload;
  };

  const identity = async (claims: Claims, tokens: OAuth2Tokens) => {
    const profile = profileOf(await completed(claims, tokens.accessToken, provider, env));
    return profile ? { user: userOf(profile, trustEmail), data: profile } : null;
  };

  return {
    id: providerIdOf(issuer),
    name: provider.name,
    issuer,
    requiresIdTokenNonce: true,
    accountSubject: ({ profile }) => profile.sub,
    async createAuthorizationURL({ state, codeVerifier, idTokenNonce, loginHint }) {
      const { authorizationEndpoint } = await discover(provider, env);
      return createAuthorizationURL({
        id: provider.name,
        options: { clientId },
        authorizationEndpoint,
        redirectURI: callbackUrl,
        state,
        codeVerifier,
        scopes: [...new Set(["openid", ...scopes])],
        nonce: idTokenNonce,
        loginHint,
        // Apple insists on it where a scope is asked for.
        responseMode: apple && scopes.length > 0 ? "form_post" : undefined,
      });
    },
    async validateAuthorizationCode({ code, codeVerifier }) {
      const { tokenEndpoint, authentication } = await discover(provider, env);
      const clientSecret = await clientSecretOf(provider, env.clock.now());
      const request = await authorizationCodeRequest({
        code,
        codeVerifier,
        redirectURI: callbackUrl,
        options: { clientId, ...(clientSecret !== undefined && { clientSecret }) },
        ...(clientSecret !== undefined && { authentication: apple ? "post" : authentication }),
        tokenEndpoint,
      });
      return getOAuth2Tokens((await requireJson(provider, tokenEndpoint, { method: "POST", ...request })) as Claims);
    },
    async getUserInfo({ expectedIdTokenNonce, ...tokens }) {
      if (typeof tokens.idToken !== "string") throw new ProviderError("the token endpoint gives no ID token");
      const claims = await verified(tokens.idToken, expectedIdTokenNonce);
      return identity({ ...claims, ...nameIn(tokens.user) }, tokens);
    },
    idToken: {
      verify: async (token, nonce) => {
        await verified(token, nonce);
        return true;
      },
    },
    // Read only after it was verified.
    getUserInfoFromIdToken: async (token) => identity(claimsIn(token), {}),
  };
}

/** A token for several audiences says which of them asked for it (OpenID Connect Core 1.0, 3.1.3.7). */
function isForUs({ aud, azp }: Claims, audience: readonly string[]): boolean {
  return !Array.isArray(aud) || aud.length === 1 || audience.includes(azp as string);
}

function claimsIn(token: string): Claims {
  const payload = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as Claims;
}

/** Apple sends the name beside the code, once. It is not signed, and decides nothing. */
function nameIn(user: { name?: { firstName?: string; lastName?: string } } | undefined): Claims {
  const { firstName, lastName } = user?.name ?? {};
  return { ...(firstName && { given_name: firstName }), ...(lastName && { family_name: lastName }) };
}

/** Many providers give the address only at their userinfo endpoint. */
async function completed(
  claims: Claims,
  accessToken: string | undefined,
  provider: IdentityProvider,
  env: OAuthEnvironment,
): Promise<Claims> {
  if (claims.email !== undefined || accessToken === undefined) return claims;
  const { userinfoEndpoint } = await discover(provider, env);
  if (userinfoEndpoint === undefined) return claims;
  const headers = { authorization: `Bearer ${accessToken}`, accept: "application/json" };
  const info = (await requireJson(provider, userinfoEndpoint, { headers })) as Claims;
  if (info.sub !== claims.sub) throw new ProviderError(`${userinfoEndpoint} answers for another user`);
  return { ...info, ...claims };
}
