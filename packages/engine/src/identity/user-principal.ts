import { type Principal, ROLE_ADMIN, ROLE_AUTHENTICATED, ROLE_PUBLIC } from "@plinth/core";
import type { SessionUser, UserRights } from "@plinth/db";
import { userClaims } from "./tokens/claims.ts";
import type { TokenSettings } from "./tokens/settings.ts";

/** A user with these rights. Roles are sorted, because cache keys for a set of roles consist of their names. */
export function userPrincipal(
  user: { id: string; workspaceId: string; email: string },
  { roles, operator }: UserRights,
): Principal {
  return {
    kind: "user",
    id: user.id,
    workspaceId: user.workspaceId,
    email: user.email,
    roles: [ROLE_PUBLIC, ROLE_AUTHENTICATED, ...roles.toSorted()],
    bypass: roles.includes(ROLE_ADMIN),
    operator,
  };
}

/** The user of a session. */
export function sessionPrincipal(user: SessionUser, settings: TokenSettings): Principal {
  return { ...userPrincipal(user, user), sessionId: user.sessionId, claims: userClaims(user, settings) };
}
