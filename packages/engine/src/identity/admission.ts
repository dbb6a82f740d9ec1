import type { Newcomer } from "@plinth/auth";
import { PlinthError, type SqlDriver, type SqlQuery } from "@plinth/core";
import { findOpenInvitationFor } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { acceptance, invitationFor, rolesOf } from "./open-invitation.ts";
import { hasOperator, requireOpenSignUp } from "./setup.ts";

/**
 * Decides about a new account whose address its owner has proven, by whatever way in. An open invitation for the address
 * is accepted with it: its mailbox is the one that it was meant for. Throws what `SIGN_UP` and `SIGN_UP_DOMAINS` say.
 */
export async function admitProvenAddress(
  engine: Engine,
  driver: SqlDriver,
  workspaceId: string,
  address: string,
): Promise<(userId: string) => SqlQuery[]> {
  const { config, clock } = engine;
  const email = address.toLowerCase();
  if (!(await hasOperator(engine, driver))) throw new PlinthError("SETUP_REQUIRED");
  if (config.signUp === "closed") throw new PlinthError("SIGN_UP_CLOSED");
  const now = clock.now();
  const row = await findOpenInvitationFor(driver, workspaceId, email, now);
  if (row) {
    const invitation = { ...row, roles: rolesOf(row) };
    return (userId) => acceptance(driver, invitation, { userId, now, address: undefined });
  }
  requireOpenSignUp(config, email);
  return () => [];
}

/**
 * The same for somebody whom a provider knows: an address that it has not verified is no reason to accept an invitation, the
 * invitation's token is.
 */
export async function admitNewcomer(
  engine: Engine,
  driver: SqlDriver,
  workspaceId: string,
  { email, invitation, verified }: Newcomer,
): Promise<(userId: string) => SqlQuery[]> {
  const { config, clock } = engine;
  if (verified && invitation === undefined) return admitProvenAddress(engine, driver, workspaceId, email);
  if (!(await hasOperator(engine, driver))) throw new PlinthError("SETUP_REQUIRED");
  if (config.signUp === "closed") throw new PlinthError("SIGN_UP_CLOSED");
  if (invitation === undefined) {
    requireOpenSignUp(config, email);
    return () => [];
  }
  const open = await invitationFor(engine, driver, { workspaceId, token: invitation, email });
  return (userId) => acceptance(driver, open, { userId, now: clock.now(), address: undefined });
}
