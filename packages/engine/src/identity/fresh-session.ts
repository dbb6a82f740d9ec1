import { PlinthError } from "@plinth/core";
import { findProofTime } from "@plinth/db";
import type { RequestContext } from "../kernel/engine.ts";
import { requireUser } from "./guards.ts";

/** For sensitive acts outside of sign-in: requires a user who has proven lately to be the account's owner. */
export async function requireFreshSession(ctx: RequestContext): Promise<void> {
  requireUser(ctx.principal);
  if (ctx.principal.impersonator !== undefined) throw new PlinthError("IMPERSONATED");
  const { sessionId } = ctx.principal;
  const at = sessionId === undefined ? undefined : await findProofTime(ctx.driver, sessionId);
  const minutes = ctx.engine.config.stepUpMinutes;
  if (at === undefined || ctx.now - at >= minutes * 60_000) throw new PlinthError("STEP_UP_REQUIRED");
}
