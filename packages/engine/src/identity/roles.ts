import { DataError, excerpt, nearest, PlinthError, type SqlQuery, SYSTEM_ROLES, uuidv7 } from "@plinth/core";
import {
  deleteRoleQueries,
  findWorkspaceState,
  insertRoles,
  listRoleRows,
  mustBeNext,
  mustHaveRoles,
  removeRoleFromInvitations,
} from "@plinth/db";
import { refuseOn } from "../commit/commit.ts";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import { requireCatalogRoom } from "../commit/room.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { plainText } from "../kernel/plain-text.ts";
import { serverSet } from "../kernel/server-set.ts";
import * as z from "../kernel/zod.ts";
import { removeRoleFromKeys } from "./keys.ts";
import { recordOf } from "./security-events.ts";
import { forgetRoleHolders } from "./state.ts";
import { removeRoleFromIssuers } from "./tokens/trusted-issuers.ts";

export const createRoleSchema = z.strictObject({
  ...serverSet("system", "created_at"),
  name: z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, "must match ^[a-z][a-z0-9_-]{0,39}$"),
  description: plainText(0, 500).nullish(),
});

export interface Role {
  name: string;
  description: string | null;
  /** One of the three built-in roles of every workspace. */
  system: boolean;
  created_at: string;
}

export async function listRoles(ctx: RequestContext): Promise<Role[]> {
  return (await listRoleRows(ctx.driver, ctx.principal.workspaceId)).map(describe);
}

export async function createRole(ctx: RequestContext, input: z.infer<typeof createRoleSchema>): Promise<Role> {
  const { driver, now } = ctx;
  const { workspaceId } = ctx.principal;
  const row = {
    id: uuidv7(now),
    workspaceId,
    name: input.name,
    description: input.description ?? null,
    createdAt: new Date(now),
  };
  const requires = [requireCatalogRoom(ctx, "roles")];
  const taken = () => new PlinthError("CONFLICT", `The role ${input.name} already exists.`, { field: "name" });
  const queries = [insertRoles(driver, [row]), recordOf(ctx, { type: "role_create", target: `role:${row.name}` })];
  return commitMetadataChange(ctx, { queries, requires, data: describe(row) }).catch(refuseOn("unique", taken));
}

/** How often a deletion reads again what others have changed meanwhile. */
const MAX_ROUNDS = 5;
const CHANGED = "revision";

/** Also deletes its rules, and takes it from all that have it or could give it. */
export async function deleteRole(ctx: RequestContext, name: string): Promise<{ id: string }> {
  if (SYSTEM_ROLES.includes(name))
    throw new PlinthError("CONFLICT", `The role ${name} is part of every workspace and cannot be deleted.`);
  for (let round = 1; ; round++) {
    const queries = await deletionOf(ctx, name);
    try {
      return await commitMetadataChange(ctx, { queries, data: { id: name }, forget: forgetRoleHolders });
    } catch (error) {
      if (!(error instanceof DataError) || error.kind !== "guard") throw error;
      if (error.guard !== CHANGED) throw noSuchRole(ctx, name);
      if (round === MAX_ROUNDS)
        throw new PlinthError("CONFLICT", "Another request changes the workspace at the same time. Try again.");
    }
  }
}

async function deletionOf(ctx: RequestContext, name: string): Promise<SqlQuery[]> {
  const { driver } = ctx;
  const { workspaceId } = ctx.principal;
  // Keys and issuers store role names in JSON. Those that are created during the read must be read too.
  const { revision = 0 } = (await findWorkspaceState(driver, workspaceId)) ?? {};
  const givers = [...(await removeRoleFromKeys(ctx, name)), ...(await removeRoleFromIssuers(ctx, name))];
  return [
    ...mustHaveRoles(driver, workspaceId, [name], "role"),
    mustBeNext(driver, workspaceId, revision, CHANGED),
    ...givers,
    removeRoleFromInvitations(driver, workspaceId, name),
    ...deleteRoleQueries(driver, workspaceId, name),
    recordOf(ctx, { type: "roles_change", target: `role:${name}`, detail: { deleted: true } }),
  ];
}

function noSuchRole({ catalog }: RequestContext, name: string): PlinthError {
  const near = nearest(name, catalog.roles);
  const hint = near === undefined || near === name ? "" : ` Did you mean ${near}?`;
  return new PlinthError("NOT_FOUND", `There is no role ${excerpt(name)}.${hint}`);
}

function describe(row: { name: string; description: string | null; createdAt: Date }): Role {
  return {
    name: row.name,
    description: row.description,
    system: SYSTEM_ROLES.includes(row.name),
    created_at: row.createdAt.toISOString(),
  };
}
