import { base32 } from "@better-auth/utils/base32";
import { createOTP } from "@better-auth/utils/otp";
import type { Fixture } from "./fixture.ts";

const STEP_MS = 30_000;

export const secretIn = (uri: string): string => new URL(uri).searchParams.get("secret")!;

/** What an authenticator app shows in half a minute, or so many steps away: it counts already, and one that is shown now may be too old in a moment. */
export async function codeFor(uri: string, steps = 1): Promise<string> {
  const secret = new TextDecoder().decode(base32.decode(secretIn(uri)));
  return createOTP(secret).hotp(Math.floor(Date.now() / STEP_MS) + steps);
}

/** Gives the user of a session a second factor; the address that the app reads. */
export async function enrol({ post }: Pick<Fixture, "post">, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const begun = await post("/two-factor/enable", { password: "correct horse" }, headers);
  const { totp_uri } = (await begun.json()) as { totp_uri: string };
  await post("/two-factor/verify-totp", { code: await codeFor(totp_uri, 0) }, headers);
  return totp_uri;
}
