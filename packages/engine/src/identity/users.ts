import {
  excerpt,
  invalid,
  PlinthError,
  ROLE_ADMIN,
  ROLE_AUTHENTICATED,
  ROLE_PUBLIC,
  type SqlQuery,
  suggest,
} from "@plinth/core";
import {
  deleteOperatorQueries,
  findUser,
  findUserRights,
  insertOperator,
  listUserRows,
  mustBeNoOperator,
  replaceAssignedRoles,
  type UserFilter,
  type UserRights,
  type UserRow,
} from "@plinth/db";
import * as z from "zod";
import { refuseOn } from "../commit/commit.ts";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { type CursorPage, idInCursor, pageById } from "./paging.ts";
import { recordOf } from "./security-events.ts";
import { forgetSessions } from "./state.ts";

export const assignRolesSchema = z.strictObject({
  roles: z.array(z.string().max(40)).max(100),
  operator: z.boolean().optional().describe("Whether the user is an operator; left out, that stays as it is"),
});

type Assignment = z.infer<typeof assignRolesSchema>;

export interface User {
  id: string;
  email: string;
  name: string;
  image: string | null;
  created_at: string;
  /** Assigned roles, without the implicit `public` and `authenticated`. */
  roles: string[];
  /** Whether the user manages all workspaces. */
  operator: boolean;
  email_verified: boolean;
  /** Since when nobody can sign in as this user; null: not blocked. */
  blocked_at: string | null;
}

const CURSOR_SORT = "id";

export async function listUsers(
  ctx: RequestContext,
  { limit, offset, cursor, ...filter }: UserFilter & { limit: number; offset?: number; cursor?: string | undefined },
): Promise<CursorPage<User>> {
  const found = await listUserRows(
    ctx.driver,
    ctx.principal.workspaceId,
    { limit: limit + 1, offset, after: idInCursor(cursor, CURSOR_SORT) },
    { ...filter, email: filter.email?.toLowerCase() },
  );
  return pageById(found, limit, CURSOR_SORT, (row) => describeUser(row, row));
}

/**
 * Replaces a user's assigned roles and operator status. An operator has the role `admin` in their own workspace;
 * without this role, the user is no longer an operator. The last operator stays one.
 */
export async function assignRoles(ctx: RequestContext, userId: string, input: Assignment): Promise<User> {
  const { driver } = ctx;
  const { workspaceId } = ctx.principal;
  const roles = assignable(ctx, input.roles);
  const admin = roles.includes(ROLE_ADMIN);
  if (input.operator && !admin) throw invalid("operator", "an operator needs the role admin");
  const user = await findUser(driver, workspaceId, userId);
  if (!user) throw noSuchUser();
  const held = await findUserRights(driver, workspaceId, userId);
  const rights = { roles, operator: input.operator ?? (admin && held.operator) };
  requireRightToAssign(ctx, held, rights);
  const queries = [
    ...replaceAssignedRoles(driver, workspaceId, userId, roles),
    ...operatorQueries(ctx, userId, { ...input, roles }),
    ...recordsOf(ctx, userId, held, rights),
  ];
  const data = describeUser(user, rights);
  return commitMetadataChange(ctx, { queries, data, forget: forgetSessions }).catch(
    refuseOn("guard", ctx.principal.operator ? isLastOperator : onlyOperators),
  );
}

function recordsOf(ctx: RequestContext, userId: string, held: UserRights, rights: UserRights): SqlQuery[] {
  const target = `user:${userId}`;
  const changed = recordOf(ctx, { type: "roles_change", target, detail: { before: held.roles, roles: rights.roles } });
  if (held.operator === rights.operator) return [changed];
  return [changed, recordOf(ctx, { type: rights.operator ? "operator_add" : "operator_remove", target })];
}

/** The guards check the state at run time: another request may have changed this operator in the meantime. */
function operatorQueries(
  { driver, principal, now }: RequestContext,
  userId: string,
  { roles, operator }: Assignment,
): SqlQuery[] {
  const leaves = operator === false || !roles.includes(ROLE_ADMIN);
  if (!principal.operator) return leaves ? [mustBeNoOperator(driver, userId, "operator")] : [];
  if (operator) return [insertOperator(driver, userId, now)];
  return leaves ? deleteOperatorQueries(driver, userId, "last_operator") : [];
}

/**
 * Only operators create operators, and only users assign administrators: rights assigned by a key would outlive the
 * key.
 */
export function requireRightToAssign({ principal }: RequestContext, held: UserRights, rights: UserRights): void {
  if (principal.operator) return;
  if (held.operator !== rights.operator) throw onlyOperators(rights.operator ? "operator" : "roles");
  if (principal.scope && !isEqualSet(held.roles, rights.roles)) {
    throw new PlinthError("FORBIDDEN", "A scoped key cannot give or take roles.", { field: "roles" });
  }
  if (principal.kind !== "key" || held.roles.includes(ROLE_ADMIN) === rights.roles.includes(ROLE_ADMIN)) return;
  throw new PlinthError("FORBIDDEN", "A secret key cannot assign or remove the role admin.", { field: "roles" });
}

function isEqualSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name) => others.includes(name));
}

export function onlyOperators(field = "roles"): PlinthError {
  return new PlinthError("FORBIDDEN", "Only an operator can make or remove operators.", { field });
}

function isLastOperator(): PlinthError {
  return new PlinthError("CONFLICT", "The last operator cannot be removed.", { field: "roles" });
}

export function noSuchUser(): PlinthError {
  return new PlinthError("NOT_FOUND", "There is no such user.");
}

/** These names without the roles that nobody needs to be given. Throws where a role does not exist. */
export function assignable(ctx: RequestContext, names: readonly string[]): string[] {
  names.forEach((name, i) => {
    if (!ctx.catalog.roles.has(name))
      throw invalid(
        `roles.${i}`,
        `there is no role ${excerpt(name)}${suggest(name, [...ctx.catalog.roles], "roles are")}`,
      );
  });
  return [...new Set(names)].filter((name) => name !== ROLE_PUBLIC && name !== ROLE_AUTHENTICATED).sort();
}

export function describeUser(
  row: Pick<UserRow, "id" | "email" | "name" | "image" | "createdAt" | "emailVerified" | "blockedAt">,
  { roles, operator }: UserRights,
): User {
  const { id, email, name, image } = row;
  return {
    id,
    email,
    name,
    image,
    created_at: row.createdAt.toISOString(),
    roles,
    operator,
    email_verified: row.emailVerified,
    blocked_at: row.blockedAt?.toISOString() ?? null,
  };
}
