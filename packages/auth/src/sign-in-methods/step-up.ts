import type { BetterAuthPlugin, GenericEndpointContext } from "@better-auth/core";
import { createAuthEndpoint } from "@better-auth/core/api";
import { createOTP } from "@better-auth/utils/otp";
import { PlinthError } from "@plinth/core";
import { sensitiveSessionMiddleware } from "better-auth/api";
import { symmetricDecrypt } from "better-auth/crypto";
import { wrongCode } from "../one-time-codes.ts";
import { joinMethods, type SignInMethod } from "./methods.ts";
import { useUp } from "./second-factor.ts";

const MAX_FAILURES = 10;
const LOCK_MS = 15 * 60_000;

interface SecondFactorRow {
  readonly id: string;
  readonly secret: string;
  readonly failedVerificationCount: number;
  readonly lockedUntil: Date | null;
}

export interface OwnSession {
  readonly id: string;
  readonly token: string;
  readonly createdAt: Date;
  readonly authenticatedAt?: number | null;
  readonly methods?: string | null;
}

export interface SessionCaller {
  readonly session: OwnSession;
  readonly user: { readonly id: string; readonly twoFactorEnabled?: boolean; readonly isAnonymous?: boolean | null };
}

/** How a session gets a fresh proof without another sign-in. */
export function stepUp(onProof: (token: string) => void) {
  return {
    id: "step-up",
    endpoints: {
      stepUp: createAuthEndpoint("/step-up", { method: "POST", use: [sensitiveSessionMiddleware] }, async (ctx) => {
        const { session, user } = ctx.context.session as unknown as SessionCaller;
        const method = await prove(ctx, user);
        const authenticatedAt = Date.now();
        const methods = joinMethods([...(session.methods?.split(" ") ?? []), method]);
        await ctx.context.internalAdapter.updateSession(session.token, { authenticatedAt, methods });
        onProof(session.token);
        return ctx.json({ authenticatedAt, methods: methods.split(" ") });
      }),
    },
  } satisfies BetterAuthPlugin;
}

/** Anyone who has a second factor proves that one: a stolen password must not be enough. */
async function prove(ctx: GenericEndpointContext, user: SessionCaller["user"]): Promise<SignInMethod> {
  const { password, code } = ctx.body as { password?: string; code?: string };
  if (user.twoFactorEnabled) {
    if (code === undefined)
      throw new PlinthError("VALIDATION", "Send the code of your second factor.", { field: "code" });
    await proveCode(ctx, user.id, code);
    return "totp";
  }
  if (password === undefined) throw new PlinthError("VALIDATION", "Send your password.", { field: "password" });
  await ctx.context.password.checkPassword(user.id, ctx);
  return "pwd";
}

async function proveCode(ctx: GenericEndpointContext, userId: string, code: string): Promise<void> {
  const { adapter, secretConfig } = ctx.context;
  const model = "twoFactor";
  const factor = await adapter.findOne<SecondFactorRow>({ model, where: [{ field: "userId", value: userId }] });
  if (!factor) throw wrongCode();
  const where = [{ field: "id", value: factor.id }];
  const lockedFor = (factor.lockedUntil?.getTime() ?? 0) - Date.now();
  if (lockedFor > 0) {
    throw new PlinthError("RATE_LIMITED", undefined, { retry_after: Math.ceil(lockedFor / 1000) });
  }
  const secret = await symmetricDecrypt({ key: secretConfig, data: factor.secret });
  if (await createOTP(secret).verify(code)) {
    await useUp(ctx, userId, code);
    await adapter.update({ model, where, update: { failedVerificationCount: 0, lockedUntil: null } });
    return;
  }
  const counted = await adapter.incrementOne<SecondFactorRow>({
    model,
    where,
    increment: { failedVerificationCount: 1 },
  });
  if ((counted?.failedVerificationCount ?? 0) >= MAX_FAILURES) {
    const lockedUntil = new Date(Date.now() + LOCK_MS);
    await adapter.update({ model, where, update: { lockedUntil, failedVerificationCount: 0 } });
  }
  throw wrongCode();
}
