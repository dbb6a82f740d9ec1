import { importPKCS8, SignJWT } from "jose";
import { ProviderError } from "./ask.ts";
import type { IdentityProvider } from "./identity-provider.ts";

const LIFE_SECONDS = 300;

/** Apple's client secret is a token that the team's key signs; it is made anew for each request. */
export async function clientSecretOf(provider: IdentityProvider, now: number): Promise<string | undefined> {
  const { kind, secret, teamId, keyId, clientId, issuer } = provider;
  if (kind !== "apple" || secret === undefined) return secret;
  const key = await importPKCS8(secret, "ES256").catch((cause: unknown) => {
    throw new ProviderError("the private key is none for ES256", { cause });
  });
  const seconds = Math.floor(now / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: "ES256", kid: keyId! })
    .setIssuer(teamId!)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + LIFE_SECONDS)
    .setAudience(issuer)
    .setSubject(clientId)
    .sign(key);
}
