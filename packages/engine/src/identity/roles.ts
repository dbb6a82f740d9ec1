import { DataError, PlinthError, SYSTEM_ROLES, uuidv7 } from "@plinth/core";
import { system, systemDatabase, toQuery } from "@plinth/db";
import { and, asc, eq } from "drizzle-orm";
import * as z from "zod";
import type { Scope } from "../engine.ts";
import { bumpRevision, revised } from "../revision.ts";
import { plainText } from "./plain-text.ts";
import { forgetSessions } from "./state.ts";

export const createRoleSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, "must match ^[a-z][a-z0-9_-]{0,39}$"),
  description: plainText(0, 500).nullish(),
});

export interface Role {
  name: string;
  description: string | null;
  /** One of the three that every workspace has. */
  system: boolean;
  created_at: string;
}

type RoleScope = Pick<Scope, "engine" | "driver" | "principal" | "now">;

export async function listRoles(scope: RoleScope): Promise<Role[]> {
  const { roles } = system;
  const rows = await systemDatabase(scope.driver)
    .select()
    .from(roles)
    .where(eq(roles.workspaceId, scope.principal.workspaceId))
    .orderBy(asc(roles.createdAt), asc(roles.id));
  return rows.map(describe);
}

export async function createRole(scope: RoleScope, input: z.infer<typeof createRoleSchema>): Promise<Role> {
  const { driver, now } = scope;
  const { workspaceId } = scope.principal;
  const row = {
    id: uuidv7(now),
    workspaceId,
    name: input.name,
    description: input.description ?? null,
    createdAt: new Date(now),
  };
  try {
    await driver.batch([
      toQuery(bumpRevision(driver, workspaceId)),
      toQuery(systemDatabase(driver).insert(system.roles).values(row)),
    ]);
  } catch (error) {
    if (!(error instanceof DataError) || error.kind !== "unique") throw error;
    throw new PlinthError("CONFLICT", `There is already a role ${input.name}.`, { field: "name" });
  } finally {
    await revised(scope.engine, workspaceId);
  }
  return describe(row);
}

/** Takes its rules and its assignments with it. */
export async function deleteRole(scope: RoleScope, name: string): Promise<void> {
  if (SYSTEM_ROLES.includes(name)) throw new PlinthError("CONFLICT", `The role ${name} belongs to every workspace.`);
  const { driver, engine } = scope;
  const { workspaceId } = scope.principal;
  const { roles, rules, userRoles } = system;
  const database = systemDatabase(driver);
  const results = await driver
    .batch([
      toQuery(bumpRevision(driver, workspaceId)),
      toQuery(database.delete(rules).where(and(eq(rules.workspaceId, workspaceId), eq(rules.role, name)))),
      toQuery(database.delete(userRoles).where(and(eq(userRoles.workspaceId, workspaceId), eq(userRoles.role, name)))),
      toQuery(database.delete(roles).where(and(eq(roles.workspaceId, workspaceId), eq(roles.name, name)))),
    ])
    .finally(() => {
      forgetSessions(engine);
      return revised(engine, workspaceId);
    });
  if (results.at(-1)!.changes === 0) throw new PlinthError("NOT_FOUND", "There is no such role.");
}

function describe(row: { name: string; description: string | null; createdAt: Date }): Role {
  return {
    name: row.name,
    description: row.description,
    system: SYSTEM_ROLES.includes(row.name),
    created_at: row.createdAt.toISOString(),
  };
}
