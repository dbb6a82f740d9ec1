import { DEFAULT_WORKSPACE_ID, invalid, PlinthError, ROLE_ADMIN, ROLE_AUTHENTICATED, ROLE_PUBLIC } from "@plinth/core";
import { findUser, listAssignedRoles, listUserRows, mustHaveHolder, replaceAssignedRoles } from "@plinth/db";
import * as z from "zod";
import { refuseOn } from "../commit/commit.ts";
import { revise } from "../commit/revision.ts";
import type { Scope } from "../kernel/engine.ts";
import { forgetSessions } from "./state.ts";

export const assignRolesSchema = z.strictObject({ roles: z.array(z.string().max(40)).max(100) });

export interface User {
  id: string;
  email: string;
  name: string;
  created_at: string;
  /** Assigned roles; `public` and `authenticated` go without saying. */
  roles: string[];
}

export async function listUsers(scope: Scope, page: { limit: number; offset: number }): Promise<User[]> {
  const rows = await listUserRows(scope.driver, scope.principal.workspaceId, page);
  return rows.map((row) => describe(row, row.roles));
}

/** Replaces a user's assigned roles. The default workspace always keeps an administrator. */
export async function assignRoles(
  scope: Scope,
  userId: string,
  input: z.infer<typeof assignRolesSchema>,
): Promise<User> {
  const { driver } = scope;
  const { workspaceId } = scope.principal;
  const roles = assignable(scope, input.roles);
  const user = await findUser(driver, workspaceId, userId);
  if (!user) throw new PlinthError("NOT_FOUND", "There is no such user.");
  await requireOperatorForOperators(scope, userId, roles);
  const queries = [
    ...replaceAssignedRoles(driver, workspaceId, userId, roles),
    ...(workspaceId === DEFAULT_WORKSPACE_ID ? [mustHaveHolder(driver, "last_operator", workspaceId, ROLE_ADMIN)] : []),
  ];
  const last = () =>
    new PlinthError("CONFLICT", "The last operator cannot give up the role admin.", { field: "roles" });
  const data = describe(user, roles);
  return revise(scope, { queries, data, forget: forgetSessions }).catch(refuseOn("guard", last));
}

/** Administrators of the default workspace rule over all workspaces, so a key of that one alone cannot make any. */
async function requireOperatorForOperators(scope: Scope, userId: string, roles: readonly string[]): Promise<void> {
  const { workspaceId, operator } = scope.principal;
  if (workspaceId !== DEFAULT_WORKSPACE_ID || operator) return;
  const held = await listAssignedRoles(scope.driver, workspaceId, userId);
  if (roles.includes(ROLE_ADMIN) === held.includes(ROLE_ADMIN)) return;
  throw new PlinthError("FORBIDDEN", "Only an operator can assign or remove the role admin in this workspace.", {
    field: "roles",
  });
}

function assignable(scope: Scope, names: readonly string[]): string[] {
  names.forEach((name, i) => {
    if (!scope.catalog.roles.has(name)) throw invalid(`roles.${i}`, `there is no role ${name}`);
  });
  return [...new Set(names)].filter((name) => name !== ROLE_PUBLIC && name !== ROLE_AUTHENTICATED).sort();
}

function describe(row: { id: string; email: string; name: string; createdAt: Date }, roles: string[]): User {
  return { id: row.id, email: row.email, name: row.name, created_at: row.createdAt.toISOString(), roles };
}
