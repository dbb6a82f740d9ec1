import { ImpersonatedError, OPERATORS_POOL_ID, operatorIn, PlinthError, type Principal } from "@plinth/core";
import { findProofTime } from "@plinth/db";
import type { RequestContext } from "../kernel/engine.ts";
import { requireAccount } from "./guards.ts";
import { authSettingsOf } from "./settings/auth-settings.ts";
import { forgetSessions } from "./state.ts";
import { currentUsers } from "./user-principal.ts";

/**
 * For sensitive acts: requires a user who has proven lately to be the account's owner, and the session itself. Access
 * tokens are sent to other programs too. `field`: what in the request makes it sensitive.
 */
export async function requireFreshSession(ctx: RequestContext, field?: string): Promise<void> {
  const { principal, client } = ctx;
  const details = field === undefined ? undefined : { field };
  if (principal.kind === "key") {
    throw new PlinthError("FORBIDDEN", "No key can do this: it needs a user who has signed in.", details);
  }
  requireAccount(principal);
  if (principal.impersonator !== undefined) throw new ImpersonatedError(principal.impersonator, details);
  if (client?.sessionToken === undefined) {
    const message = "An access token is not enough for this: send the token or the cookie of a session.";
    throw new PlinthError("STEP_UP_REQUIRED", message, details);
  }
  const { sessionId } = principal;
  const at = sessionId === undefined ? undefined : await findProofTime(ctx.driver, sessionId);
  const pool = poolOfAccount(principal);
  const { step_up_minutes: minutes } = (await authSettingsOf(ctx.engine, ctx.driver, pool)).sessions;
  // An anonymous user has no secret but the session.
  const isAnonymous = principal.claims?.is_anonymous === true && !principal.bypass;
  if (at === undefined || (!isAnonymous && ctx.now - at >= minutes * 60_000)) {
    throw new PlinthError("STEP_UP_REQUIRED", undefined, details);
  }
  await requireSameRights(ctx);
}

/** What is known of a session may be old for a moment, and what is made here lasts. */
async function requireSameRights({ engine, driver, principal }: RequestContext): Promise<void> {
  const { sessionId = "", workspaceId } = principal;
  const now = (await currentUsers(engine, driver, [sessionId])).get(sessionId);
  const there = now && (now.workspaceId === workspaceId ? now : operatorIn(now, workspaceId));
  if (there && rightsOf(there) === rightsOf(principal)) return;
  forgetSessions(engine);
  throw new PlinthError("FORBIDDEN", "Your rights have changed at this moment. Send the request again.");
}

function rightsOf({ roles, bypass, operator, scope }: Principal): string {
  return JSON.stringify([roles, bypass, operator?.owner, scope]);
}

/** Where the account of a caller is: an operator acts in other workspaces. */
export function poolOfAccount({ kind, workspaceId }: Principal): string {
  return kind === "operator" ? OPERATORS_POOL_ID : workspaceId;
}
