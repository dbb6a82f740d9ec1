import { OPERATORS_POOL_ID, PlinthError, type SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { outboxOf } from "../kernel/outbox.ts";
import { authSettingsOf } from "./settings/auth-settings.ts";

/** The domains whose addresses may sign up in a pool; empty: all domains. Operators have no such list. */
export async function allowedDomains(engine: Engine, driver: SqlDriver, pool: string): Promise<readonly string[]> {
  return pool === OPERATORS_POOL_ID ? [] : (await authSettingsOf(engine, driver, pool)).sign_up.domains;
}

interface AddressOfDomain {
  readonly field: string;
  readonly address: string | null;
  /** Whether the new user has proven to own it. */
  readonly isProven: boolean;
}

/**
 * Throws if the pool has a list of domains and the address is of none of them. An unproven address must be confirmed by a mail
 * before its account can be used; it is refused if the server sends no mail.
 */
export async function requireAllowedDomain(
  engine: Engine,
  driver: SqlDriver,
  pool: string,
  { field, address, isProven }: AddressOfDomain,
): Promise<void> {
  const domains = await allowedDomains(engine, driver, pool);
  if (domains.length === 0) return;
  const domain = address?.slice(address.lastIndexOf("@") + 1).toLowerCase();
  // A user without an address has none of these domains.
  if (domain === undefined || !domains.includes(domain))
    throw new PlinthError("EMAIL_NOT_ALLOWED", undefined, { field });
  if (!isProven && !outboxOf(engine)) {
    const message =
      "This server sends no mail, so it cannot confirm that this address is yours. Ask for an invitation.";
    throw new PlinthError("EMAIL_NOT_VERIFIED", message, { field });
  }
}
