import { PlinthError, SYSTEM_ROLES, uuidv7 } from "@plinth/core";
import { mustFind, system, systemDatabase, toQuery } from "@plinth/db";
import { and, asc, eq } from "drizzle-orm";
import * as z from "zod";
import { refuseOn } from "../commit/commit.ts";
import { revise } from "../commit/revision.ts";
import type { Scope } from "../kernel/engine.ts";
import { plainText } from "../kernel/plain-text.ts";
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

export async function listRoles(scope: Scope): Promise<Role[]> {
  const { roles } = system;
  const rows = await systemDatabase(scope.driver)
    .select()
    .from(roles)
    .where(eq(roles.workspaceId, scope.principal.workspaceId))
    .orderBy(asc(roles.createdAt), asc(roles.id));
  return rows.map(describe);
}

export async function createRole(scope: Scope, input: z.infer<typeof createRoleSchema>): Promise<Role> {
  const { driver, now } = scope;
  const { workspaceId } = scope.principal;
  const row = {
    id: uuidv7(now),
    workspaceId,
    name: input.name,
    description: input.description ?? null,
    createdAt: new Date(now),
  };
  const taken = () => new PlinthError("CONFLICT", `The role ${input.name} already exists.`, { field: "name" });
  const queries = [toQuery(systemDatabase(driver).insert(system.roles).values(row))];
  return revise(scope, { queries, data: describe(row) }).catch(refuseOn("unique", taken));
}

/** Takes its rules and its assignments with it. */
export async function deleteRole(scope: Scope, name: string): Promise<{ id: string }> {
  if (SYSTEM_ROLES.includes(name))
    throw new PlinthError("CONFLICT", `The role ${name} is part of every workspace and cannot be deleted.`);
  const { driver } = scope;
  const { workspaceId } = scope.principal;
  const { roles, rules, userRoles } = system;
  const database = systemDatabase(driver);
  const it = and(eq(roles.workspaceId, workspaceId), eq(roles.name, name));
  const queries = [
    mustFind(driver, "role", database.select({ id: roles.id }).from(roles).where(it)),
    toQuery(database.delete(rules).where(and(eq(rules.workspaceId, workspaceId), eq(rules.role, name)))),
    toQuery(database.delete(userRoles).where(and(eq(userRoles.workspaceId, workspaceId), eq(userRoles.role, name)))),
    toQuery(database.delete(roles).where(it)),
  ];
  const missing = () => new PlinthError("NOT_FOUND", "There is no such role.");
  return revise(scope, { queries, data: { id: name }, forget: forgetSessions }).catch(refuseOn("guard", missing));
}

function describe(row: { name: string; description: string | null; createdAt: Date }): Role {
  return {
    name: row.name,
    description: row.description,
    system: SYSTEM_ROLES.includes(row.name),
    created_at: row.createdAt.toISOString(),
  };
}
