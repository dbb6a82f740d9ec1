import type { BetterAuthPlugin, GenericEndpointContext } from "@better-auth/core";
import { createAuthEndpoint } from "@better-auth/core/api";
import { createOTP } from "@better-auth/utils/otp";
import { PlinthError } from "@plinth/core";
import { sensitiveSessionMiddleware } from "better-auth/api";
import { symmetricDecrypt } from "better-auth/crypto";
import { wrongCode } from "../one-time-codes.ts";
import { joinMethods, type SignInMethod } from "./methods.ts";
import { useUp } from "./second-factor.ts";

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
  const where = [{ field: "userId", value: userId }];
  const factor = await adapter.findOne<{ secret: string }>({ model: "twoFactor", where });
  if (!factor) throw wrongCode();
  const secret = await symmetricDecrypt({ key: secretConfig, data: factor.secret });
  if (!(await createOTP(secret).verify(code))) throw wrongCode();
  await useUp(ctx, userId, code);
}
