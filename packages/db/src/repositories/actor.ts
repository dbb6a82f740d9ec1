import { type MemberRole, ROLE_ADMIN, type SqlDriver, type SqlQuery } from "@plinth/core";
import { and, eq, isNull, type SQL } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { apiKeys, members, operators, sessions, userRoles } from "../system/schema.ts";

/** The rows by which a caller has its rights. */
export interface ActorRows {
  readonly workspaceId: string;
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly keyId?: string | undefined;
  /** It is an administrator of the workspace. */
  readonly admin?: boolean;
  /** It owns the server, or has this role in the workspace. */
  readonly operator?: "owner_of_server" | MemberRole | undefined;
}

/**
 * The first statements of a batch that relies on its caller's rights: it fails under the label where one has ended since they
 * were checked. The updates make an end that comes at the same time wait, so that it then sees what the batch has written.
 */
export function mustStillAct(driver: SqlDriver, actor: ActorRows, label: string): SqlQuery[] {
  const { workspaceId, userId = "", sessionId, keyId, admin, operator } = actor;
  const database = systemDatabase(driver);
  const still = (table: SQLiteTable, same: Record<string, SQL | object>, where: SQL | undefined): SqlQuery[] => [
    toQuery(
      database
        .update(table)
        .set(same as never)
        .where(where),
    ),
    mustFind(driver, label, database.select().from(table).where(where)),
  ];
  const isMember = and(
    eq(members.workspaceId, workspaceId),
    eq(members.userId, userId),
    eq(members.role, operator ?? ""),
  );
  const isAdmin = and(
    eq(userRoles.workspaceId, workspaceId),
    eq(userRoles.userId, userId),
    eq(userRoles.role, ROLE_ADMIN),
  );
  const ownsServer = and(eq(operators.userId, userId), eq(operators.role, "owner"));
  const isKey = and(eq(apiKeys.id, keyId ?? ""), isNull(apiKeys.revokedAt));
  // Rights before the session, in the order in which whoever ends both writes them.
  return [
    ...(admin ? still(userRoles, { role: userRoles.role }, isAdmin) : []),
    ...(operator === "owner_of_server" ? still(operators, { role: operators.role }, ownsServer) : []),
    ...(operator && operator !== "owner_of_server" ? still(members, { role: members.role }, isMember) : []),
    ...(keyId === undefined ? [] : still(apiKeys, { kind: apiKeys.kind }, isKey)),
    ...(sessionId === undefined ? [] : still(sessions, { token: sessions.token }, eq(sessions.id, sessionId))),
  ];
}
