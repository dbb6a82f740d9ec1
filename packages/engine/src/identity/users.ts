import {
  DEFAULT_WORKSPACE_ID,
  invalid,
  PlinthError,
  ROLE_ADMIN,
  ROLE_AUTHENTICATED,
  ROLE_PUBLIC,
  type SqlDriver,
  type SqlQuery,
} from "@plinth/core";
import { mustFind, system, systemDatabase, toQuery } from "@plinth/db";
import { and, asc, eq, inArray } from "drizzle-orm";
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

export async function assignedRoles(driver: SqlDriver, workspaceId: string, userId: string): Promise<string[]> {
  const { userRoles } = system;
  const rows = await systemDatabase(driver)
    .select({ role: userRoles.role })
    .from(userRoles)
    .where(and(eq(userRoles.workspaceId, workspaceId), eq(userRoles.userId, userId)));
  return rows.map((row) => row.role);
}

export async function listUsers(scope: Scope, page: { limit: number; offset: number }): Promise<User[]> {
  const { users } = system;
  const database = systemDatabase(scope.driver);
  const mine = eq(users.workspaceId, scope.principal.workspaceId);
  const order = [asc(users.createdAt), asc(users.id)];
  const onPage = database
    .select({ id: users.id })
    .from(users)
    .where(mine)
    .orderBy(...order)
    .limit(page.limit)
    .offset(page.offset);
  const rows = await database
    .select()
    .from(users)
    .where(mine)
    .orderBy(...order)
    .limit(page.limit)
    .offset(page.offset);
  const roles = await database
    .select()
    .from(system.userRoles)
    .where(and(eq(system.userRoles.workspaceId, scope.principal.workspaceId), inArray(system.userRoles.userId, onPage)))
    .orderBy(asc(system.userRoles.role));
  return rows.map((row) =>
    describe(
      row,
      roles.filter((r) => r.userId === row.id).map((r) => r.role),
    ),
  );
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
  const database = systemDatabase(driver);
  const { userRoles } = system;
  const rows = roles.map((role) => ({ workspaceId, userId, role }));
  const queries = [
    toQuery(
      database.delete(userRoles).where(and(eq(userRoles.workspaceId, workspaceId), eq(userRoles.userId, userId))),
    ),
    ...rows.map((row) => toQuery(database.insert(userRoles).values(row))),
    ...(workspaceId === DEFAULT_WORKSPACE_ID ? [keepAnOperator(scope)] : []),
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
  const { userRoles } = system;
  const [held] = await systemDatabase(scope.driver)
    .select()
    .from(userRoles)
    .where(and(eq(userRoles.workspaceId, workspaceId), eq(userRoles.userId, userId), eq(userRoles.role, ROLE_ADMIN)));
  if (roles.includes(ROLE_ADMIN) === (held !== undefined)) return;
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

async function findUser(driver: SqlDriver, workspaceId: string, userId: string) {
  const { users } = system;
  const [user] = await systemDatabase(driver)
    .select()
    .from(users)
    .where(and(eq(users.id, userId), eq(users.workspaceId, workspaceId)));
  return user ?? null;
}

/** Fails the batch when nobody of the default workspace is left with the role admin. */
function keepAnOperator({ driver }: Scope): SqlQuery {
  const { userRoles } = system;
  const operators = and(eq(userRoles.workspaceId, DEFAULT_WORKSPACE_ID), eq(userRoles.role, ROLE_ADMIN));
  const remaining = systemDatabase(driver).select({ id: userRoles.userId }).from(userRoles).where(operators);
  return mustFind(driver, "last_operator", remaining);
}

function describe(row: { id: string; email: string; name: string; createdAt: Date }, roles: string[]): User {
  return { id: row.id, email: row.email, name: row.name, created_at: row.createdAt.toISOString(), roles };
}
