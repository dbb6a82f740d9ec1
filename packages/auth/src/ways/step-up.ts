import type { BetterAuthPlugin, GenericEndpointContext } from "@better-auth/core";
import { createAuthEndpoint } from "@better-auth/core/api";
import { createOTP } from "@better-auth/utils/otp";
import { PlinthError } from "@plinth/core";
import { sensitiveSessionMiddleware } from "better-auth/api";
import { symmetricDecrypt } from "better-auth/crypto";
import type { BetterAuth } from "../better-auth.ts";
import { joinMethods, type SignInMethod } from "./methods.ts";
import { useUp, wrongCode } from "./second-factor.ts";

/** What a stolen session must not be enough for. */
const SENSITIVE: ReadonlySet<string> = new Set([
  "/change-password",
  "/change-email",
  "/link-social",
  "/passkey/generate-register-options",
  "/passkey/verify-registration",
  "/two-factor/enable",
  "/two-factor/disable",
  "/two-factor/generate-backup-codes",
]);

/** They verify codes without a limit where there is a session, so with a session they only confirm a new second factor. */
const VERIFYING: ReadonlySet<string> = new Set(["/two-factor/verify-totp", "/two-factor/verify-backup-code"]);

const MAX_FAILURES = 10;
const LOCK_MS = 15 * 60_000;

interface SecondFactorRow {
  readonly id: string;
  readonly secret: string;
  readonly failedVerificationCount: number;
  readonly lockedUntil: Date | null;
}

interface OwnSession {
  readonly id: string;
  readonly token: string;
  readonly createdAt: Date;
  readonly authenticatedAt?: number | null;
  readonly methods?: string | null;
}

interface Caller {
  readonly session: OwnSession;
  readonly user: { readonly id: string; readonly twoFactorEnabled?: boolean };
}

/** Whether a session's user has proven to be there lately enough for sensitive acts. */
export function isFresh(
  { authenticatedAt, createdAt }: Pick<OwnSession, "authenticatedAt" | "createdAt">,
  minutes: number,
): boolean {
  return Date.now() - (authenticatedAt ?? createdAt.getTime()) < minutes * 60_000;
}

/** Refuses what the caller's session is not enough for. better-auth refuses who has none. */
export async function requireProof(auth: BetterAuth, path: string, headers: Headers, minutes: number): Promise<void> {
  if (!SENSITIVE.has(path) && !VERIFYING.has(path)) return;
  const caller = (await auth.api.getSession({ headers, query: { disableRefresh: true } })) as Caller | null;
  if (!caller) return;
  if (SENSITIVE.has(path)) {
    if (!isFresh(caller.session, minutes)) throw new PlinthError("STEP_UP_REQUIRED");
  } else if (caller.user.twoFactorEnabled) {
    throw new PlinthError("CONFLICT", "You are signed in already. Send the code to /api/auth/step-up.");
  }
}

/** How a session gets a fresh proof without another sign-in. */
export function stepUp(onProof: (token: string) => void) {
  return {
    id: "step-up",
    endpoints: {
      stepUp: createAuthEndpoint("/step-up", { method: "POST", use: [sensitiveSessionMiddleware] }, async (ctx) => {
        const { session, user } = ctx.context.session as unknown as Caller;
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

/** Whoever has a second factor proves that one: a stolen password must not be enough. */
async function prove(ctx: GenericEndpointContext, user: Caller["user"]): Promise<SignInMethod> {
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
