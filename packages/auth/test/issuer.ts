import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from "jose";
import { type IdentityProvider, type IssuerDocuments, type Newcomer, providerIdOf } from "../src/index.ts";
import { readDiscovery } from "../src/oauth/discovery.ts";
import { APP_URL, type Fixture } from "./fixture.ts";

const ISSUER = "https://login.example.com";
const { publicKey, privateKey } = await generateKeyPair("RS256");
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg: "RS256" }] });
const discovery = readDiscovery({ issuer: ISSUER, mayBePrivate: false }, ISSUER, {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/auth`,
  token_endpoint: `${ISSUER}/token`,
  jwks_uri: `${ISSUER}/keys`,
});

/** What the issuer publishes, without a network. */
export const documents: IssuerDocuments = {
  get: async (url) => (url.endsWith("/keys") ? { find: keys } : discovery),
};

const PROVIDER: IdentityProvider = {
  name: "sso",
  kind: "oidc",
  issuer: ISSUER,
  clientId: "plinth",
  otherClientIds: [],
  scopes: ["email"],
  trustEmail: true,
  callbackUrl: `${APP_URL}/api/auth/callback/sso`,
  mayBePrivate: false,
};

/** Signs in by an ID token of the issuer that says whose the address is. */
export async function signInByProvider(
  { auth, options }: Pick<Fixture, "auth" | "options">,
  email: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const token = await new SignJWT({ email, email_verified: true, jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: "RS256" })
    .setIssuer(ISSUER)
    .setAudience("plinth")
    .setSubject(email)
    .setIssuedAt()
    .setExpirationTime("5m")
    .sign(privateKey);
  const body = { provider: providerIdOf(ISSUER), callback_url: "/", id_token: { token } };
  const request = new Request(`${APP_URL}/api/auth/sign-in/social`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const admit = async ({ email: address, name }: Newcomer) => ({
    onUserCreated: await options.admit(address),
    amended: await options.beforeSignUp({ email: address, name, method: "provider", address: null }),
  });
  return (await auth.oauth(request, "192.0.2.1", { provider: PROVIDER, admit })).response;
}
