import type { BetterAuthPlugin, GenericEndpointContext } from "@better-auth/core";
import { createAuthEndpoint } from "@better-auth/core/api";
import { uuidv7 } from "@plinth/core";
import { formCsrfMiddleware } from "better-auth/api";
import { revokeUnprovenAccountAccess } from "better-auth/db";
import { magicLink } from "better-auth/plugins/magic-link";
import type { PoolOptions } from "../auth.ts";
import { type MailFlows, SIGN_IN_SECONDS } from "../mail-flows.ts";
import { type CodePurpose, entryOf, issueCode, redeemCode, wrongCode } from "../one-time-codes.ts";
import { enterAs, enterAsNewUser } from "./enter.ts";
import { hashLinkToken, linkToken } from "./link-asker.ts";

/** Wrong codes, after which a new one has to be asked for. */
const MAX_TRIES = 3;

/** Sign-in by a link or a code in a mail. Where no mail is sent, there is neither. */
export function emailMethods(flows: MailFlows | undefined, options: PoolOptions, secret: string) {
  if (!flows) return [];
  return [
    magicLink({
      expiresIn: SIGN_IN_SECONDS,
      storeToken: { type: "custom-hasher", hash: hashLinkToken },
      generateToken: () => linkToken(secret),
      sendMagicLink: flows.sendMagicLink,
    }),
    emailCodes(flows, options, secret),
  ];
}

/** better-auth's plugin has one code for an address, which whoever knows the address replaces or ends: see docs/decisions. */
function emailCodes(flows: MailFlows, { clock, codeAskers }: PoolOptions, secret: string) {
  const toSignIn = (ctx: GenericEndpointContext, email: string): CodePurpose => ({
    ctx,
    secret,
    identifier: `email-sign-in:${email}`,
    tries: MAX_TRIES,
    field: "otp",
  });
  return {
    id: "email-codes",
    endpoints: {
      /** The answer is the same whether or not an account has the address. */
      sendEmailCode: createAuthEndpoint(
        "/email-otp/send-verification-otp",
        { method: "POST", use: [formCsrfMiddleware] },
        async (ctx) => {
          const email = (ctx.body as { email: string }).email.toLowerCase();
          // Beyond the limit no code is made, and the answer does not tell.
          const asker = await flows.countCode(email, ctx);
          if (asker !== undefined) {
            const otp = await issueCode(toSignIn(ctx, email), asker, clock.now() + SIGN_IN_SECONDS * 1000);
            await flows.sendCode({ email, otp }, ctx);
          }
          return ctx.json({ success: true });
        },
      ),
      signInByEmailCode: createAuthEndpoint("/sign-in/email-otp", { method: "POST" }, async (ctx) => {
        const { email: given, otp: code, name = "" } = ctx.body as { email: string; otp: string; name?: string };
        const email = given.toLowerCase();
        await redeemCode(toSignIn(ctx, email), await entryOf(codeAskers, ctx, { to: email, code }));
        const found = await ctx.context.internalAdapter.findUserByEmail(email);
        if (!found) return enterAsNewUser(ctx, { id: uuidv7(clock.now()), name, email, emailVerified: true });
        const { user } = found;
        if (user.emailVerified) return enterAs(ctx, user);
        const proven = await revokeUnprovenAccountAccess(ctx, user.id);
        if (!proven) throw wrongCode("otp");
        return enterAs(ctx, proven);
      }),
    },
  } satisfies BetterAuthPlugin;
}
