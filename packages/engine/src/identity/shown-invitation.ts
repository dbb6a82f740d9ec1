import { findOpenInvitation, findWorkspaceNames } from "@plinth/db";
import type { RequestContext } from "../kernel/engine.ts";
import { hashInvitation } from "./new-invitation.ts";
import { rolesOf } from "./open-invitation.ts";

/** What the holder of an invitation's link sees. */
export interface ShownInvitation {
  /** Of a member: its one role. */
  readonly roles: readonly string[];
  /** The workspace to whose members it invites; absent where it invites a user. */
  readonly workspace?: { readonly name: string; readonly slug: string };
}

/** Undefined where the token is not valid in the pool. The invited address is not part of it. */
export async function showInvitation(
  { engine, driver }: RequestContext,
  pool: string,
  token: string,
): Promise<ShownInvitation | undefined> {
  const row = await findOpenInvitation(driver, await hashInvitation(token), engine.clock.now());
  if (row?.workspaceId !== pool) return undefined;
  const roles = rolesOf(row);
  if (row.memberOf === null) return { roles };
  const [name, slug] = await findWorkspaceNames(driver, row.memberOf);
  return name === undefined || slug === undefined ? undefined : { roles, workspace: { name, slug } };
}
