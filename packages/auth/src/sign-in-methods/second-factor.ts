import type { BetterAuthPlugin, GenericEndpointContext } from "@better-auth/core";
import { createAuthEndpoint } from "@better-auth/core/api";
import { PlinthError } from "@plinth/core";
import { deleteSessionCookie } from "better-auth/cookies";
import { generateRandomString } from "better-auth/crypto";
import { twoFactor } from "better-auth/plugins/two-factor";
import { wrongCode } from "../one-time-codes.ts";
import { otherAccount } from "./anonymous-caller.ts";
import { joinMethods, SESSION_CONTINUES, SIGN_IN_METHODS, type SignInMethod } from "./methods.ts";

/** The names that better-auth's plugin gives to its cookies: its endpoints read them. */
const CHALLENGE_COOKIE = "two_factor";
const TRUST_COOKIE = "trust_device";

/** For a code to be read from a phone. */
const CHALLENGE_SECONDS = 600;
const TRUST_SECONDS = 30 * 24 * 3600;
/** A code counts in the step before and after its own. */
const CODE_LIVES_MS = 90_000;

/** Which of the two factors a path has just proven; the first one is in the challenge. */
const SECOND_FACTORS: ReadonlySet<string | undefined> = new Set<SignInMethod>(["totp", "recovery_code"]);

/** Thrown where a session would begin, and a second factor is due first. */
export class SecondFactorDue extends Error {
  override readonly name = "SecondFactorDue";
  constructor(
    readonly userId: string,
    readonly method: SignInMethod,
    /** The session is to end with the browser. */
    readonly brief: boolean,
    /** The stored hash of the password that was proven. */
    readonly proof: string | undefined,
  ) {
    super("A second factor is due.");
  }
}

/** better-auth's plugin, with the workspace on its rows. */
export function secondFactor(workspaceId: string, appName: string) {
  const plugin = twoFactor({
    // Shown in the app before the address, from which a colon divides it.
    issuer: appName.replaceAll(":", " "),
    // Anyone who has no password proves to be the owner by a fresh session: see `step-up.ts`.
    allowPasswordless: true,
    twoFactorCookieMaxAge: CHALLENGE_SECONDS,
    trustDeviceMaxAge: TRUST_SECONDS,
    // The plugin reads its count before it compares a code and increases it afterwards, so codes sent at once would all be compared.
    // `countAttempt` has counted the attempt before.
    accountLockout: { enabled: false },
  });
  const { fields } = plugin.schema.twoFactor;
  const own = { type: "string", required: true, input: false, returned: false, defaultValue: workspaceId } as const;
  // Every sign-in is caught in `admitSession`; the plugin's own hook would catch three of them.
  return { ...plugin, hooks: {}, schema: { ...plugin.schema, twoFactor: { fields: { ...fields, workspaceId: own } } } };
}

/** Challenges in the form that the plugin's endpoints verify. */
export const secondFactorChallenges = {
  id: "second-factor-challenges",
  endpoints: {
    challengeSecondFactor: createAuthEndpoint.serverOnly({ method: "POST" }, async (ctx) => {
      const { userId, method, brief } = ctx.body as SecondFactorDue;
      const identifier = `2fa-${method}-${generateRandomString(20)}`;
      const expiresAt = new Date(Date.now() + CHALLENGE_SECONDS * 1000);
      const { internalAdapter, secret, authCookies } = ctx.context;
      await internalAdapter.createVerificationValue({ value: userId, identifier, expiresAt });
      // The plugin counts attempts in a value of its own.
      await internalAdapter.createVerificationValue({
        value: "0",
        identifier: `2fa-attempts-${identifier}`,
        expiresAt,
      });
      // The user who was signed in before is not the one who is signing in now.
      deleteSessionCookie(ctx, true);
      const cookie = ctx.context.createAuthCookie(CHALLENGE_COOKIE, { maxAge: CHALLENGE_SECONDS });
      await ctx.setSignedCookie(cookie.name, identifier, secret, cookie.attributes);
      if (brief) {
        const { name, attributes } = authCookies.dontRememberToken;
        await ctx.setSignedCookie(name, "true", secret, attributes);
      }
      return ctx.json({ twoFactorRedirect: true, twoFactorMethods: ["totp"] });
    }),
    /** The user whose sign-in the challenge of the request completes. Null: there is no valid challenge. */
    challengedUser: createAuthEndpoint.serverOnly({ method: "POST", requireHeaders: true }, async (ctx) => {
      const challenge = await challengeIn(ctx);
      const found = challenge ? await ctx.context.internalAdapter.findVerificationValue(challenge) : null;
      return found && found.expiresAt.getTime() > Date.now() ? found.value : null;
    }),
  },
} satisfies BetterAuthPlugin;

/** What a new session stores about how it began. */
export interface SessionProof {
  readonly methods: string;
  /** Milliseconds since the epoch. */
  readonly authenticatedAt: number;
}

/**
 * Decides about a session that is to begin, whatever the sign-in method: the one place where the second factor is asked
 * for. A path that is not known here begins none.
 */
export async function admitSession(
  userId: string,
  ctx: GenericEndpointContext | null,
  { anonymousUser, proof }: { anonymousUser: string | undefined; proof: string | undefined },
): Promise<SessionProof> {
  const path = ctx?.path ?? "";
  if (anonymousUser !== undefined && anonymousUser !== userId) throw otherAccount(path);
  const current = ctx?.context.session;
  const authenticatedAt = Date.now();
  if (ctx && current?.user.id === userId) {
    const { methods, authenticatedAt: since } = current.session as unknown as SessionProof;
    if (SESSION_CONTINUES.has(path)) return { methods, authenticatedAt: since };
    // The code that confirms a new second factor.
    if (path === "/two-factor/verify-totp") {
      await useUp(ctx, userId, String(ctx.body.code));
      return { methods: joinMethods([methods, "totp"]), authenticatedAt };
    }
  }
  const method = SIGN_IN_METHODS[path];
  if (!ctx || !method) throw new PlinthError("FORBIDDEN", `No session begins at ${path}.`);
  if (SECOND_FACTORS.has(method)) {
    if (method === "totp") await useUp(ctx, userId, String(ctx.body.code));
    return { methods: joinMethods([await firstMethod(ctx), method]), authenticatedAt };
  }
  // It is two factors: what somebody has, and who they are or what they know.
  if (method === "passkey") return { methods: method, authenticatedAt };
  const user = (await ctx.context.internalAdapter.findUserById(userId)) as { twoFactorEnabled?: boolean } | null;
  if (user?.twoFactorEnabled && !(await isTrusted(ctx, userId))) {
    throw new SecondFactorDue(userId, method, ctx.body?.rememberMe === false, proof);
  }
  return { methods: method, authenticatedAt };
}

/** A code opens one session, also if somebody has read it over a shoulder (RFC 6238, 5.2). */
export async function useUp(ctx: GenericEndpointContext, userId: string, code: string): Promise<void> {
  const expiresAt = new Date(Date.now() + CODE_LIVES_MS);
  const identifier = `totp-used:${userId}:${code}`;
  // Not under the user's id: with that, the end of sign-ins that wait for a code would make it work again.
  const value = "used";
  const first = await ctx.context.internalAdapter.reserveVerificationValue({ identifier, value, expiresAt });
  if (!first) throw wrongCode();
}

/** The challenge names the sign-in method that came before it. */
async function firstMethod(ctx: GenericEndpointContext): Promise<string> {
  return /^2fa-(\w+)-/.exec((await challengeIn(ctx)) ?? "")![1]!;
}

async function challengeIn(ctx: GenericEndpointContext): Promise<string | undefined> {
  const { name } = ctx.context.createAuthCookie(CHALLENGE_COOKIE);
  return (await ctx.getSignedCookie(name, ctx.context.secret)) || undefined;
}

/** Whether a code was entered in this browser before, with the wish that it be remembered. */
async function isTrusted(ctx: GenericEndpointContext, userId: string): Promise<boolean> {
  const { name } = ctx.context.createAuthCookie(TRUST_COOKIE);
  const value = await ctx.getSignedCookie(name, ctx.context.secret);
  const identifier = value ? value.split("!")[1] : undefined;
  if (!identifier) return false;
  const found = await ctx.context.internalAdapter.findVerificationValue(identifier);
  return found?.value === userId && found.expiresAt.getTime() > Date.now();
}
