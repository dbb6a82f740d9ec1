import { type MemberRole, ROLE_ADMIN, type SqlDriver, type SqlQuery } from "@plinth/core";
import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { systemDatabase, toQuery } from "../system/database.ts";
import { apiKeys, members, operators, sessions, userRoles } from "../system/schema.ts";
import { guardTemplate, template } from "../system/template.ts";

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
  const hold = ({ lock, guard }: StillThere, values: object): SqlQuery[] => [
    lock(driver, values),
    guard(driver, label, values),
  ];
  // Rights before the session, in the order in which whoever ends both writes them.
  return [
    ...(admin ? hold(ADMIN, { workspaceId, userId }) : []),
    ...(operator === "owner_of_server" ? hold(OWNER_OF_SERVER, { userId }) : []),
    ...(operator && operator !== "owner_of_server" ? hold(MEMBER, { workspaceId, userId, role: operator }) : []),
    ...(keyId === undefined ? [] : hold(KEY, { keyId })),
    ...(sessionId === undefined ? [] : hold(SESSION, { sessionId })),
  ];
}

interface StillThere {
  readonly lock: (driver: SqlDriver, values: object) => SqlQuery;
  readonly guard: (driver: SqlDriver, label: string, values: object) => SqlQuery;
}

const given = (name: string) => sql.placeholder(name);

function stillThere(table: SQLiteTable, same: Record<string, SQLiteColumn>, where: SQL | undefined): StillThere {
  return {
    lock: template((driver) =>
      toQuery(
        systemDatabase(driver)
          .update(table)
          .set(same as never)
          .where(where),
      ),
    ),
    guard: guardTemplate((driver) => systemDatabase(driver).select().from(table).where(where)),
  };
}

const ADMIN = stillThere(
  userRoles,
  { role: userRoles.role },
  and(
    eq(userRoles.workspaceId, given("workspaceId")),
    eq(userRoles.userId, given("userId")),
    eq(userRoles.role, ROLE_ADMIN),
  ),
);
const OWNER_OF_SERVER = stillThere(
  operators,
  { role: operators.role },
  and(eq(operators.userId, given("userId")), eq(operators.role, "owner")),
);
const MEMBER = stillThere(
  members,
  { role: members.role },
  and(
    eq(members.workspaceId, given("workspaceId")),
    eq(members.userId, given("userId")),
    eq(members.role, given("role")),
  ),
);
const KEY = stillThere(apiKeys, { kind: apiKeys.kind }, and(eq(apiKeys.id, given("keyId")), isNull(apiKeys.revokedAt)));
const SESSION = stillThere(sessions, { token: sessions.token }, eq(sessions.id, given("sessionId")));
