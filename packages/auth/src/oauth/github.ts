import {
  authorizationCodeRequest,
  createAuthorizationURL,
  getOAuth2Tokens,
  type OAuthProvider,
} from "@better-auth/core/oauth2";
import { codeIn, ProviderError, requireJson } from "./ask.ts";
import { type IdentityProvider, providerIdOf } from "./identity-provider.ts";
import { type Profile, profileOf, userOf } from "./profile.ts";

const GITHUB = "https://github.com";

interface Email {
  readonly email?: unknown;
  readonly primary?: unknown;
  readonly verified?: unknown;
}

/** GitHub, or a GitHub Enterprise Server: OAuth without OpenID Connect. */
export function githubProvider(provider: IdentityProvider): OAuthProvider<Profile> {
  const { issuer, clientId, secret, scopes, callbackUrl, trustEmail } = provider;
  const api = issuer === GITHUB ? "https://api.github.com" : `${issuer}/api/v3`;
  const tokenEndpoint = `${issuer}/login/oauth/access_token`;
  const ask = (path: string, accessToken: string) =>
    requireJson(provider, `${api}${path}`, {
      headers: {
        authorization: `Bearer ${accessToken}`,
        accept: "application/vnd.github+json",
        // GitHub refuses requests without one.
        "user-agent": "Plinth",
        "x-github-api-version": "2022-11-28",
      },
    });
  return {
    id: providerIdOf(issuer),
    name: provider.name,
    accountSubject: ({ profile }) => profile.sub,
    createAuthorizationURL: ({ state, codeVerifier, loginHint }) =>
      createAuthorizationURL({
        id: provider.name,
        options: { clientId },
        authorizationEndpoint: `${issuer}/login/oauth/authorize`,
        redirectURI: callbackUrl,
        state,
        codeVerifier,
        scopes: [...scopes],
        additionalParams: loginHint === undefined ? {} : { login: loginHint },
      }),
    async validateAuthorizationCode({ code, codeVerifier }) {
      const request = await authorizationCodeRequest({
        code,
        codeVerifier,
        redirectURI: callbackUrl,
        options: { clientId, ...(secret !== undefined && { clientSecret: secret }) },
      });
      const tokens = (await requireJson(provider, tokenEndpoint, { method: "POST", ...request })) as {
        error?: unknown;
      };
      // It refuses with the status 200.
      if (tokens.error !== undefined) throw new ProviderError(`${tokenEndpoint} refuses${codeIn(tokens.error)}`);
      return getOAuth2Tokens(tokens);
    },
    async getUserInfo({ accessToken }) {
      if (typeof accessToken !== "string") throw new ProviderError("the token endpoint gives no access token");
      const [user, emails] = await Promise.all([ask("/user", accessToken), ask("/user/emails", accessToken)]);
      const { id, name, login, avatar_url } = user as Record<string, unknown>;
      // The address in the profile is one that the user shows to others, and need not be verified.
      const primary = Array.isArray(emails) ? (emails as Email[]).find((entry) => entry?.primary === true) : undefined;
      const profile = profileOf({
        // A login can be given to somebody else, an id cannot.
        sub: typeof id === "number" ? String(id) : undefined,
        name,
        preferred_username: login,
        picture: avatar_url,
        email: primary?.email,
        email_verified: primary?.verified,
      });
      return profile ? { user: userOf(profile, trustEmail), data: profile } : null;
    },
  };
}
