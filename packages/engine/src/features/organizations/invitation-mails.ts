import { type LimitPolicy, limitDetails, PlinthError } from "@plinth/core";
import { findUser } from "@plinth/db";
import { sharedLimiter } from "../../identity/limits/index.ts";
import { requireVerifiedAddress } from "../../identity/verified-address.ts";
import type { RequestContext } from "../../kernel/engine.ts";

const DAY_MS = 86_400_000;
const BY_USER: LimitPolicy = { name: "invitation-mails-user", max: 50, windowMs: DAY_MS };
const BY_ORGANIZATION: LimitPolicy = { name: "invitation-mails-organization", max: 100, windowMs: DAY_MS };
const BY_WORKSPACE: LimitPolicy = { name: "invitation-mails-workspace", max: 1000, windowMs: DAY_MS };

/**
 * Refuses mails by a user without a verified address, and more mails in a day than people need. A mail counts when it is
 * requested, so that revoking an invitation does not allow another mail.
 */
export async function mayMailInvitation(
  { engine, driver, principal }: RequestContext,
  organization: string,
): Promise<void> {
  const { workspaceId, id, bypass } = principal;
  const user = id ? await findUser(driver, workspaceId, id) : undefined;
  if (user)
    requireVerifiedAddress(driver, user, "Verify your email address before the server sends invitations for you.");
  const own = [BY_USER, `${workspaceId} ${id}`] as const;
  const together = [
    [BY_ORGANIZATION, `${workspaceId} ${organization}`],
    [BY_WORKSPACE, workspaceId],
  ] as const;
  // Users do not use up what administrators and secret keys may send.
  for (const [policy, who] of bypass ? [own] : [own, ...together]) {
    const state = await sharedLimiter(engine).take(driver, policy, who);
    if (!state.allowed) {
      const message =
        "No more invitations can be mailed today. Create the invitation without send_mail, and send its link yourself.";
      throw new PlinthError("RATE_LIMITED", message, { ...limitDetails(state), field: "send_mail" });
    }
  }
}
