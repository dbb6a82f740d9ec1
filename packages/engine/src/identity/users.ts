import {
  excerpt,
  invalid,
  PlinthError,
  ROLE_ADMIN,
  ROLE_AUTHENTICATED,
  ROLE_PUBLIC,
  type SqlDriver,
  type SqlQuery,
  suggest,
} from "@plinth/core";
import {
  listUserRows,
  revokeInvitationsBy,
  revokeInvitationsFor,
  revokeOrganizationInvitationsBy,
  type UserFilter,
  type UserRow,
} from "@plinth/db";
import type { RequestContext } from "../kernel/engine.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "./paging.ts";

export interface User {
  id: string;
  /** Null: the user has none. */
  email: string | null;
  /** In the form of E.164. */
  phone: string | null;
  name: string;
  image: string | null;
  created_at: string;
  /** Assigned roles, without the implicit `public` and `authenticated`. */
  roles: string[];
  email_verified: boolean;
  /** Since when nobody can sign in as this user; null: not blocked. */
  blocked_at: string | null;
  /** Without a sign-in method of its own. */
  is_anonymous: boolean;
}

const CURSOR_SORT = "id";

export async function listUsers(
  ctx: RequestContext,
  { limit, offset, cursor, ...filter }: UserFilter & PageQuery & { offset?: number },
): Promise<CursorPage<User>> {
  const found = await listUserRows(
    ctx.driver,
    ctx.principal.workspaceId,
    { limit: limit + 1, offset, after: idInCursor(cursor, CURSOR_SORT) },
    { ...filter, email: filter.email?.toLowerCase() },
  );
  return pageById(found, limit, CURSOR_SORT, (row) => describeUser(row, row.roles));
}

/** Ends all invitations that a user has made. */
export function endOfInvitations({ driver, now }: RequestContext, userId: string): SqlQuery[] {
  const by = `user:${userId}`;
  const at = new Date(now);
  return [revokeInvitationsBy(driver, by, at), revokeOrganizationInvitationsBy(driver, by, at)];
}

/** Ends the invitations to a user's address. */
export function endOfInvitationsFor(
  driver: SqlDriver,
  workspaceId: string,
  { email }: Pick<UserRow, "email">,
  at: Date,
): SqlQuery[] {
  return email === null ? [] : [revokeInvitationsFor(driver, workspaceId, email, at)];
}

/** Only users assign administrators: rights assigned by a key would outlive the key. */
export function requireRightToAssign(
  { principal }: RequestContext,
  held: readonly string[],
  roles: readonly string[],
): void {
  if (principal.scope && !isEqualSet(held, roles)) {
    throw new PlinthError("FORBIDDEN", "A scoped key cannot give or take roles.", { field: "roles" });
  }
  if (principal.kind !== "key" || held.includes(ROLE_ADMIN) === roles.includes(ROLE_ADMIN)) return;
  throw new PlinthError("FORBIDDEN", "A secret key cannot assign or remove the role admin.", { field: "roles" });
}

function isEqualSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name) => others.includes(name));
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
  row: Pick<
    UserRow,
    "id" | "email" | "phone" | "name" | "image" | "createdAt" | "emailVerified" | "blockedAt" | "isAnonymous"
  >,
  roles: readonly string[],
): User {
  const { id, email, phone, name, image } = row;
  return {
    id,
    email,
    phone,
    name,
    image,
    created_at: row.createdAt.toISOString(),
    roles: [...roles],
    email_verified: row.emailVerified,
    blocked_at: row.blockedAt?.toISOString() ?? null,
    is_anonymous: row.isAnonymous === true,
  };
}
