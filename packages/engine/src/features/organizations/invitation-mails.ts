import { type LimitPolicy, limitDetails, PlinthError } from "@plinth/core";
import { findUser } from "@plinth/db";
import { sharedLimiter } from "../../identity/limits/index.ts";
import { requireVerifiedAddress } from "../../identity/verified-address.ts";
import type { RequestContext } from "../../kernel/engine.ts";

const DAY_MS = 86_400_000;
const BY_USER: LimitPolicy = { name: "invitation-mails-user", max: 50, windowMs: DAY_MS };
const BY_ORGANIZATION: LimitPolicy = { name: "invitation-mails-organization", max: 100, windowMs: DAY_MS };
const BY_WORKSPACE: LimitPolicy = { name: "invitation-mails-workspace", max: 1000, windowMs: DAY_MS };

/** What programs turn into a link. */
const LINK = /:\/\/|www\./i;

/**
 * Refuses a mail to somebody else by whoever could be anybody, and more of them in a day than people invite. A mail counts
 * when it is asked for, so that a revoked invitation makes no room for the next.
 */
export async function mayMailInvitation(
  { engine, driver, principal }: RequestContext,
  organization: string,
): Promise<void> {
  const { workspaceId, id } = principal;
  const user = id ? await findUser(driver, workspaceId, id) : undefined;
  if (user) requireVerifiedAddress(user, "Verify your email address before the server sends invitations for you.");
  const counts = [
    [BY_USER, `${workspaceId} ${id}`],
    [BY_ORGANIZATION, `${workspaceId} ${organization}`],
    [BY_WORKSPACE, workspaceId],
  ] as const;
  for (const [policy, who] of counts) {
    const state = await sharedLimiter(engine).take(driver, policy, who);
    if (!state.allowed) {
      const message = "No more invitations are sent by mail today. Pass on the link of the answer.";
      throw new PlinthError("RATE_LIMITED", message, limitDetails(state));
    }
  }
}

/** The organization's name, unless it would be a link of a stranger in the product's own mail. */
export function nameInMail(name: string): string | undefined {
  return LINK.test(name) ? undefined : name;
}
