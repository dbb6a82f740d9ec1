import { ROLE_ADMIN } from "@plinth/core";
import { findUser, findUserRights, replaceAssignedRoles, revokeInvitationsBy } from "@plinth/db";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import * as z from "../kernel/zod.ts";
import { recordOf } from "./security-events.ts";
import { type KeyRevocation, keysSeenBy, type SeenKeys } from "./seen-keys.ts";
import { forgetKeys, forgetSessions } from "./state.ts";
import { assignable, describeUser, endOfInvitationsFor, noSuchUser, requireRightToAssign, type User } from "./users.ts";

export const assignRolesSchema = z.strictObject({
  roles: z.array(z.string().max(40)).max(100),
});

/** Replaces a user's assigned roles. The answer names the keys of a user who loses the role `admin`. */
export async function assignRoles(
  ctx: RequestContext,
  userId: string,
  input: z.infer<typeof assignRolesSchema>,
  revocation: KeyRevocation = {},
): Promise<User & Partial<SeenKeys>> {
  const { driver } = ctx;
  const { workspaceId } = ctx.principal;
  const roles = assignable(ctx, input.roles);
  const user = await findUser(driver, workspaceId, userId);
  if (!user) throw noSuchUser();
  const held = await findUserRights(driver, workspaceId, userId);
  requireRightToAssign(ctx, held.roles, roles);
  const isDemoted = held.roles.includes(ROLE_ADMIN) && !roles.includes(ROLE_ADMIN);
  const left = isDemoted ? await keysSeenBy(ctx, userId, revocation) : undefined;
  const queries = [
    ...replaceAssignedRoles(driver, workspaceId, userId, roles),
    recordOf(ctx, { type: "roles_change", target: `user:${userId}`, detail: { before: held.roles, roles } }),
    // An older invitation must not restore a role that was removed.
    ...(held.roles.every((role) => roles.includes(role))
      ? []
      : endOfInvitationsFor(driver, workspaceId, user, new Date(ctx.now))),
    // Only administrators can invite.
    ...(roles.includes(ROLE_ADMIN) ? [] : [revokeInvitationsBy(driver, `user:${userId}`, new Date(ctx.now))]),
    ...(left?.queries ?? []),
  ];
  const forget = (engine: Engine) => {
    forgetSessions(engine);
    if (left?.seen.keys_revoked) forgetKeys(engine);
  };
  return commitMetadataChange(ctx, {
    queries,
    roles,
    data: { ...describeUser(user, roles), ...left?.seen },
    secret: true,
    forget,
  });
}
