import type { Principal, SqlDriver } from "@plinth/core";
import {
  findActiveOrganization,
  findMembersCollections,
  listMemberships,
  type Membership,
  type SessionUser,
} from "@plinth/db";
import { systemCollection } from "../kernel/catalog.ts";
import type { Engine } from "../kernel/engine.ts";

/** What a principal knows of the user's organizations. */
export type OrganizationsOf = Pick<Principal, "organizations" | "organization">;

const NONE: OrganizationsOf = {};

/** Whether the workspace has any organizations. */
export async function hasOrganizations(engine: Engine, driver: SqlDriver, workspaceId: string): Promise<boolean> {
  const catalog = await engine.catalogs.get(driver, workspaceId);
  return systemCollection(catalog, "organization_members") !== undefined;
}

/** For a session that is looked up. Nothing is asked where the workspace has no organizations. */
export async function organizationsOf(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, userId, token }: { workspaceId: string; userId: string; token: string },
): Promise<OrganizationsOf> {
  const catalog = await engine.catalogs.get(driver, workspaceId);
  const members = systemCollection(catalog, "organization_members");
  if (!members) return NONE;
  const found = await listMemberships(driver, members, [userId]);
  return found.length === 0 ? NONE : describe(found, await findActiveOrganization(driver, token));
}

/** The same for the users of many sessions, by session. */
export async function organizationsOfAll(
  driver: SqlDriver,
  users: readonly SessionUser[],
): Promise<Map<string, OrganizationsOf>> {
  const found = new Map<string, OrganizationsOf>();
  const collections = await findMembersCollections(driver, [...new Set(users.map(({ workspaceId }) => workspaceId))]);
  for (const [workspaceId, members] of collections) {
    const own = users.filter((user) => user.workspaceId === workspaceId);
    const all = await listMemberships(driver, members, [...new Set(own.map(({ id }) => id))]);
    const byUser = Map.groupBy(all, ({ user }) => user);
    for (const { sessionId, id, activeOrganization = null } of own) {
      found.set(sessionId, describe(byUser.get(id) ?? [], activeOrganization));
    }
  }
  return found;
}

/** A session whose user has left its organization has none. */
function describe(memberships: readonly Membership[], active: string | null): OrganizationsOf {
  if (memberships.length === 0) return NONE;
  const chosen = memberships.find(({ organization }) => organization === active);
  return {
    organizations: memberships.map(({ organization }) => organization),
    ...(chosen && { organization: { id: chosen.organization, role: chosen.role } }),
  };
}
