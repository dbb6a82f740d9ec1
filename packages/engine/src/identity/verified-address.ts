import { PlinthError, type SqlDriver } from "@plinth/core";
import { mustHaveConfirmed, type UserRow } from "@plinth/db";
import type { Requirement } from "../commit/requirement.ts";

/**
 * An address is its account's own only when its owner has confirmed it: whoever invites an address knows the invitation's
 * token, and could sign up with it. So an account keeps the rights with which it was made, and gets those that others can
 * give only with a confirmed address: by accepting an invitation, and by becoming an owner. The write that gives them
 * requires the answer.
 */
export function requireVerifiedAddress(driver: SqlDriver, account: Confirmable, message: string): Requirement {
  const refusal = () => new PlinthError("EMAIL_NOT_VERIFIED", message, { field: "email" });
  if (!account.emailVerified) throw refusal();
  return { guard: (label) => [mustHaveConfirmed(driver, account, label)], refusal };
}

type Confirmable = Pick<UserRow, "id" | "email" | "emailVerified">;

export const VERIFY_TO_ACCEPT = "Verify your email address, then accept the invitation.";
