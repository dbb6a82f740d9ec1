import type { GenericEndpointContext } from "@better-auth/core";
import { runWithTransaction } from "@better-auth/core/context";
import type { Session, User } from "@better-auth/core/db";
import { setSessionCookie } from "better-auth/cookies";
import { parseUserOutput } from "better-auth/db";

/** Begins a session of a user who has proven to be that, and answers as a sign-in. */
export async function enterAs(ctx: GenericEndpointContext, user: User) {
  return answerWith(ctx, await ctx.context.internalAdapter.createSession(user.id), user);
}

/** Makes a user and its first session in one batch, and answers as a sign-in. */
export async function enterAsNewUser(
  ctx: GenericEndpointContext,
  newcomer: { id: string; name: string; email: string; emailVerified: boolean } & Readonly<Record<string, unknown>>,
) {
  const { internalAdapter, adapter } = ctx.context;
  const { user, session } = await runWithTransaction(adapter, async () => {
    const user = await internalAdapter.createUser(newcomer, { method: "anonymous" });
    return { user, session: await internalAdapter.createSession(user.id) };
  });
  return answerWith(ctx, session, user);
}

async function answerWith(ctx: GenericEndpointContext, session: Session & Record<string, unknown>, user: User) {
  await setSessionCookie(ctx, { session, user });
  return ctx.json({ token: session.token, user: parseUserOutput(ctx.context.options, user) });
}
