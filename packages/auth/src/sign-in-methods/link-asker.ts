import type { GenericEndpointContext } from "@better-auth/core";
import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import { PlinthError, sameText, sha256Hex } from "@plinth/core";
import { generateRandomString, makeSignature } from "better-auth/crypto";
import { ANONYMOUS_HEADER } from "./anonymous-caller.ts";

/**
 * A link in a mail gives an account only to the anonymous user whose session requested it: its token is signed for that user.
 * A user who opens somebody else's link must not hand over the data of this browser.
 */
export async function linkToken(secret: string): Promise<string> {
  const text = generateRandomString(32, "a-z", "A-Z");
  const asker = tryGetCurrentAuthEndpointContext()?.headers?.get(ANONYMOUS_HEADER);
  return asker ? `${text}.${await signatureFor(secret, text, asker)}` : text;
}

/** As the token is stored. */
export const hashLinkToken = sha256Hex;

/**
 * Whether the link belongs to this anonymous user. False: it signs in without that user, as requested. Throws before the link is
 * used if it belongs to another account.
 */
export async function isOwnLink(
  { internalAdapter }: Pick<GenericEndpointContext["context"], "internalAdapter">,
  { secret, url, userId }: { readonly secret: string; readonly url: string; readonly userId: string },
): Promise<boolean> {
  const { searchParams } = new URL(url);
  if (searchParams.get("replace_session") === "true") return false;
  const token = searchParams.get("token") ?? "";
  const link = await internalAdapter.findVerificationValue(`magic-link:${await hashLinkToken(token)}`);
  // A wrong or expired link is refused where it is used.
  if (!link || link.expiresAt.getTime() <= Date.now()) return true;
  const { email } = JSON.parse(link.value) as { email: string };
  const [text = "", signature = ""] = token.split(".");
  const isAsker = sameText(signature, await signatureFor(secret, text, userId));
  if (isAsker && !(await internalAdapter.findUserByEmail(email))) return true;
  throw new PlinthError("ANONYMOUS_SESSION", undefined, { email });
}

async function signatureFor(secret: string, text: string, userId: string): Promise<string> {
  return sha256Hex(await makeSignature(`magic-link ${text} ${userId}`, secret));
}
