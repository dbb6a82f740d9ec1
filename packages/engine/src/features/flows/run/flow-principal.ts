import { type KeyScope, type Principal, ROLE_ADMIN, ROLE_PUBLIC } from "@plinth/core";
import type { FlowPermissions } from "../nodes/permissions.ts";

/** As whom a flow reads and writes items. Nobody has called it, so it has the rights that it declares, and no others. */
export function flowPrincipal(
  workspaceId: string,
  flowName: string,
  { as, actions, collections }: FlowPermissions,
): Principal {
  const scope: KeyScope = { actions: as === null ? [] : actions, collections: as === null ? [] : collections };
  const role = as === "system" ? ROLE_ADMIN : as?.slice("role:".length);
  const roles = role === undefined ? [ROLE_PUBLIC] : [ROLE_PUBLIC, role];
  return { kind: "anonymous", workspaceId, roles, bypass: false, scope, flowName };
}
