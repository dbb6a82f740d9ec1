import { hasAccount, type MemberRole, type PrincipalKind } from "@plinth/core";
import { findKeyName, findUserNames } from "@plinth/db";
import type { RequestContext } from "../kernel/engine.ts";
import { workspaceSlugOf } from "./workspaces.ts";

/** The caller's own account, as the API returns it. */
export interface Me {
  kind: PrincipalKind;
  id?: string;
  /** Of a user; null: none. */
  email?: string | null;
  phone?: string;
  name?: string;
  roles: readonly string[];
  workspace: { id: string; slug: string };
  /** Whether it is an operator who owns the server. */
  operator: boolean;
  /** Of an operator who is a member of the workspace and does not own the server. */
  member_role?: MemberRole;
  /** Full rights in the workspace. */
  admin: boolean;
}

export async function describePrincipal(ctx: Pick<RequestContext, "driver" | "principal">): Promise<Me> {
  const { kind, id, email, roles, workspaceId, operator, bypass } = ctx.principal;
  const { name, phone } = await namesOf(ctx);
  const role = operator && !operator.owner ? operator.memberships[workspaceId] : undefined;
  return {
    kind,
    ...(id !== undefined && { id }),
    ...(hasAccount(ctx.principal) && { email: email ?? null }),
    ...(phone != null && { phone }),
    ...(name !== undefined && { name }),
    roles,
    workspace: { id: workspaceId, slug: await workspaceSlugOf(ctx.driver, workspaceId) },
    operator: operator?.owner === true,
    ...(role && { member_role: role }),
    admin: bypass,
  };
}

async function namesOf({
  driver,
  principal,
}: Pick<RequestContext, "driver" | "principal">): Promise<{ name?: string | undefined; phone?: string | null }> {
  const { kind, id } = principal;
  if (id === undefined) return {};
  if (hasAccount(principal)) return (await findUserNames(driver, id)) ?? {};
  return kind === "key" ? { name: await findKeyName(driver, id) } : {};
}
