import { PlinthError } from "@plinth/core";
import type { UserRow } from "@plinth/db";

/**
 * An address is its account's own only when its owner has confirmed it: whoever invites an address knows the invitation's
 * token, and could sign up with it. So an account keeps the rights with which it was made, and gets those that others can
 * give only with a confirmed address: by accepting an invitation, and by becoming an owner.
 */
export function requireVerifiedAddress({ emailVerified }: Pick<UserRow, "emailVerified">, message: string): void {
  if (!emailVerified) throw new PlinthError("EMAIL_NOT_VERIFIED", message, { field: "email" });
}

export const VERIFY_TO_ACCEPT = "Verify your email address, then accept the invitation.";
