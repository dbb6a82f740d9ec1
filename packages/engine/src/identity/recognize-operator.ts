import type { NamedPerson } from "@plinth/auth";
import { OPERATORS_POOL_ID, PlinthError, type SqlDriver } from "@plinth/core";
import { findAccountOwner, findOperatorRights, findUserByEmail } from "@plinth/db";

/**
 * Decides whether whom a provider names is an operator: by the address, which provider and account have both confirmed. So an
 * account that somebody else made with the address opens to nobody this way, and none is made or handed over. Throws
 * otherwise. An operator who is signed in confirms the account's address by linking.
 */
export async function recognizeOperator(
  driver: SqlDriver,
  { subject, email, emailVerified, linkedBy }: NamedPerson,
  providerId: string,
): Promise<void> {
  const field = "provider";
  if (!emailVerified || email === undefined) {
    const message = "The provider does not confirm that this email address is yours.";
    throw new PlinthError("EMAIL_NOT_VERIFIED", message, { field });
  }
  const user = await findUserByEmail(driver, OPERATORS_POOL_ID, email);
  if (!user || !(await findOperatorRights(driver, [user.id])).has(user.id)) {
    throw new PlinthError(
      "SIGN_UP_CLOSED",
      "No operator has this email address. Operators are invited, or made by an operator.",
    );
  }
  if (linkedBy !== undefined && linkedBy !== user.id) {
    throw new PlinthError(
      "ACCOUNT_NOT_LINKED",
      "An operator can only link an account that has the operator's own email address.",
      {
        field,
      },
    );
  }
  if (linkedBy === undefined && !user.emailVerified) {
    throw new PlinthError("ACCOUNT_NOT_LINKED", "Sign in by another method, and link the provider to your account.", {
      field,
    });
  }
  const owner = await findAccountOwner(driver, { workspaceId: OPERATORS_POOL_ID, providerId, accountId: subject });
  if (owner !== undefined && owner !== user.id) throw new PlinthError("ACCOUNT_NOT_LINKED", undefined, { field });
}
