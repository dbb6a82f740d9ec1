import { captchaIn } from "./options.ts";
import type { Ask } from "./request.ts";
import type { SessionKeeper } from "./session-keeper.ts";
import type { SignedIn, SignIns } from "./sign-in-result.ts";
import type { CaptchaOption } from "./types.ts";

export interface AnonymousFlow {
  /**
   * Becomes a user without an account. Whoever then signs up, or in by a method that makes an account, stays the same user
   * with all its data. Refused with `CONFLICT` while somebody is signed in.
   */
  signIn(user?: { readonly name?: string }, options?: CaptchaOption): Promise<SignedIn>;
}

export function anonymousFlow(ask: Ask, { complete }: SignIns, keeper: SessionKeeper): AnonymousFlow {
  return {
    async signIn(user = {}, options) {
      const how = captchaIn(options, "anonymous.signIn");
      // The server refuses it to whoever is signed in: an anonymous user that is replaced is lost.
      const as = (await keeper.read()) ? "user" : "stranger";
      const body = { ...user, tokens: true };
      return (await complete(await ask("POST", "api/auth/sign-in/anonymous", { ...how, as, body }))) as SignedIn;
    },
  };
}
