import type { BetterAuthPlugin, GenericEndpointContext } from "@better-auth/core";
import { createAuthEndpoint } from "@better-auth/core/api";
import type { User } from "@better-auth/core/db";
import { dataErrorOf, PlinthError, placeholderAddress, uuidv7 } from "@plinth/core";
import { sensitiveSessionMiddleware } from "better-auth/api";
import { requestSourceOf } from "../address-header.ts";
import type { PoolOptions } from "../auth.ts";
import type { PhoneAsker, PhoneCodes } from "../auth-messages.ts";
import { inEvenTime } from "../even-time.ts";
import { type CodePurpose, entryOf, issueCode, redeemCode, wrongCode } from "../one-time-codes.ts";
import { enterAs, enterAsNewUser } from "./enter.ts";
import type { SessionCaller } from "./step-up.ts";

const MINUTES = 10;
/** Wrong codes, after which a new one has to be asked for. */
const MAX_TRIES = 5;

/**
 * Sign-in by a code in a text message, and the number of an account. Where none is sent, there is neither. better-auth's
 * plugin stores its codes as they are, and makes them work again after a lost race: see docs/decisions.
 */
export function phoneMethods(options: PoolOptions, secret: string): BetterAuthPlugin[] {
  const { phones } = options;
  return phones ? [phonePlugin(phones, options, secret)] : [];
}

function phonePlugin(phones: PhoneCodes, { driver, clock, codeAskers }: PoolOptions, secret: string) {
  const codes = { secret, tries: MAX_TRIES, field: "code" };
  const toSignIn = (ctx: GenericEndpointContext, phone: string): CodePurpose => ({
    ctx,
    ...codes,
    identifier: `phone-sign-in:${phone}`,
  });
  const toChange = (ctx: GenericEndpointContext, phone: string): CodePurpose => ({
    ctx,
    ...codes,
    identifier: `phone-change:${callerOf(ctx).user.id}:${phone}`,
  });
  const begin = async (ctx: GenericEndpointContext, phone: string): Promise<PhoneAsker> => {
    await phones.accept(phone);
    return phones.count(phone, requestSourceOf(ctx.headers ?? new Headers()));
  };
  const send = async (
    purpose: CodePurpose,
    { id, mostADay }: PhoneAsker,
    to: string,
    isWanted = async () => true,
  ): Promise<void> => {
    const expiresAt = clock.now() + MINUTES * 60_000;
    const code = await issueCode(purpose, id, expiresAt);
    if (await isWanted()) {
      const languages = purpose.ctx.headers?.get("accept-language") ?? "";
      await driver.batch(await phones.queue({ to, code, minutes: MINUTES, languages, expiresAt, mostADay }));
    }
    phones.queued();
  };
  return {
    id: "phone-codes",
    endpoints: {
      /** The answer is the same whether or not an account has the number. */
      sendPhoneCode: createAuthEndpoint("/phone-code/send", { method: "POST" }, async (ctx) => {
        const { phone } = ctx.body as { phone: string };
        const asker = await begin(ctx, phone);
        // A number that nobody has gets a code too, which is sent to nobody: the work is the same.
        const isWanted = async () => (await userWith(ctx, phone)) !== null || (await phones.takeNewUsers());
        await inEvenTime(() => send(toSignIn(ctx, phone), asker, phone, isWanted));
        return ctx.json({ status: true });
      }),
      signInByPhoneCode: createAuthEndpoint("/sign-in/phone-code", { method: "POST" }, async (ctx) => {
        const { phone, code, name = "" } = ctx.body as { phone: string; code: string; name?: string };
        await phones.accept(phone);
        await redeemCode(toSignIn(ctx, phone), await entryOf(codeAskers, ctx, { to: phone, code }));
        const user = await userWith(ctx, phone);
        if (!user) {
          // The account has lost the number meanwhile, or nobody has one by it.
          if (!(await phones.takeNewUsers())) throw wrongCode();
          const id = uuidv7(clock.now());
          return enterAsNewUser(ctx, { id, name, email: placeholderAddress(id), emailVerified: false, phone });
        }
        return enterAs(ctx, user);
      }),
      changePhone: createAuthEndpoint(
        "/change-phone",
        { method: "POST", use: [sensitiveSessionMiddleware] },
        async (ctx) => {
          const { phone } = ctx.body as { phone: string };
          const asker = await begin(ctx, phone);
          // The code is the user's alone.
          await send(toChange(ctx, phone), { ...asker, id: "" }, phone);
          return ctx.json({ status: true });
        },
      ),
      verifyPhone: createAuthEndpoint(
        "/verify-phone",
        { method: "POST", use: [sensitiveSessionMiddleware] },
        async (ctx) => {
          const { phone, code } = ctx.body as { phone: string; code: string };
          await phones.accept(phone);
          await redeemCode(toChange(ctx, phone), { code, asker: "" });
          const { user } = callerOf(ctx);
          await ctx.context.internalAdapter.updateUser(user.id, { phone }).catch((error: unknown) => {
            if (dataErrorOf(error)?.kind !== "unique") throw error;
            throw new PlinthError("UNIQUE_VIOLATION", "Another account has this number.", { field: "phone" });
          });
          return ctx.json({ status: true, phone });
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}

function callerOf(ctx: GenericEndpointContext): SessionCaller {
  return ctx.context.session as unknown as SessionCaller;
}

function userWith(ctx: GenericEndpointContext, phone: string): Promise<User | null> {
  return ctx.context.adapter.findOne<User>({ model: "user", where: [{ field: "phone", value: phone }] });
}
