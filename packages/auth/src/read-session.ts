import { addressIn, dataErrorOf, PlinthError } from "@plinth/core";
import type { VerifiedSession } from "./auth.ts";
import type { Lifetime } from "./session-lifetime.ts";
import type { BetterAuth } from "./set-up.ts";

/** The session of a signed token, or null where there is none any more. `extend`: its use prolongs it. */
export async function readSession(
  auth: BetterAuth,
  { cookie, lifetime }: { cookie: string; lifetime: Lifetime },
  signedToken: string,
  extend: boolean,
): Promise<VerifiedSession | null> {
  const headers = new Headers({ cookie: `${cookie}=${encodeURIComponent(signedToken)}` });
  try {
    const found = await auth.api.getSession({ headers, query: { disableRefresh: true } });
    if (!found) return null;
    const { session, user } = found;
    // The limit may have become shorter since the session was made.
    const expiresAt = lifetime.end(session.createdAt, session.expiresAt).getTime();
    if (expiresAt <= Date.now()) return null;
    const impersonator = session.impersonatedBy ?? undefined;
    if (extend && impersonator === undefined && lifetime.isDue(session, Date.now())) {
      // It may have ended meanwhile; then the next request fails.
      await auth.api.getSession({ headers }).catch(() => null);
    }
    const { id, workspaceId, name, emailVerified } = user;
    const email = addressIn(user.email);
    const methods = session.methods ?? null;
    const isAnonymous = user.isAnonymous === true;
    const account = { userId: id, workspaceId, email, emailVerified, name, isAnonymous };
    return { id: session.id, ...account, methods, expiresAt, impersonator };
  } catch (error) {
    // Some releases of better-auth pass the database's error on, others wrap it in their own.
    throw dataErrorOf(error) ?? new PlinthError("UNAVAILABLE", undefined, undefined, { cause: error });
  }
}
