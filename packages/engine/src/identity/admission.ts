import { OPERATORS_POOL_ID, PlinthError, type SqlDriver, type SqlQuery } from "@plinth/core";
import { findOpenInvitationFor } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { acceptance, rolesOf } from "./open-invitation.ts";
import { authSettingsOf } from "./settings/auth-settings.ts";
import { admitUser, hasOperator } from "./setup.ts";

/** Whether the workspace takes a new user who has no address. */
export async function mayJoin(engine: Engine, driver: SqlDriver, workspaceId: string): Promise<boolean> {
  return admitProvenAddress(engine, driver, workspaceId, null).then(
    () => true,
    (error: unknown) => {
      if (error instanceof PlinthError) return false;
      throw error;
    },
  );
}

/**
 * Decides about a new account whose address its owner has proven, or which has none, by whatever sign-in method. An open invitation for the
 * address is accepted with it: its mailbox is the one that it was meant for. Throws what the workspace says of new accounts.
 */
export async function admitProvenAddress(
  engine: Engine,
  driver: SqlDriver,
  workspaceId: string,
  address: string | null,
): Promise<(userId: string) => SqlQuery[]> {
  const { clock } = engine;
  const email = address?.toLowerCase() ?? null;
  if (!(await hasOperator(engine, driver))) throw new PlinthError("SETUP_REQUIRED");
  const now = clock.now();
  const { sign_up } = await authSettingsOf(engine, driver, workspaceId);
  const closed = sign_up.mode === "closed" && workspaceId !== OPERATORS_POOL_ID;
  const row = closed || email === null ? undefined : await findOpenInvitationFor(driver, workspaceId, email, now);
  if (row) {
    const invitation = { ...row, roles: rolesOf(row) };
    return (userId) => acceptance(driver, invitation, { userId, now, address: undefined });
  }
  await admitUser(engine, driver, { workspaceId, email, invitation: undefined, isProven: true });
  return () => [];
}
