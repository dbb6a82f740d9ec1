import { OPERATORS_POOL_ID, PlinthError } from "@plinth/core";
import { findProofTime } from "@plinth/db";
import type { RequestContext } from "../kernel/engine.ts";
import { isOperator, requireUser } from "./guards.ts";
import { authSettingsOf } from "./settings/auth-settings.ts";

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
  requireUser(principal);
  if (principal.impersonator !== undefined) throw new PlinthError("IMPERSONATED", undefined, details);
  if (client?.sessionToken === undefined) {
    const message = "An access token is not enough for this: send the token or the cookie of a session.";
    throw new PlinthError("STEP_UP_REQUIRED", message, details);
  }
  const { sessionId } = principal;
  const at = sessionId === undefined ? undefined : await findProofTime(ctx.driver, sessionId);
  const pool = isOperator(principal) ? OPERATORS_POOL_ID : principal.workspaceId;
  const { step_up_minutes: minutes } = (await authSettingsOf(ctx.engine, ctx.driver, pool)).sessions;
  if (at === undefined || ctx.now - at >= minutes * 60_000) {
    throw new PlinthError("STEP_UP_REQUIRED", undefined, details);
  }
}
