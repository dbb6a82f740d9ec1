/** Organizations: what holds when several act at once, and what sessions and streams know of memberships. */
import { expect, test } from "bun:test";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { DEFAULT_WORKSPACE_ID, type SqlDriver } from "@plinth/core";
import { ensureUsersCollections } from "@plinth/db";
import { currentUsers } from "../src/identity/user-principal.ts";
import {
  acceptMembership,
  activateOrganization,
  addTeamMember,
  blockUser,
  createOrganization,
  createTeam,
  createUser,
  deleteOrganization,
  deleteUser,
  enableOrganizations,
  inviteMember,
  listMemberInvitations,
  listMembers,
  listOrganizations,
  listRules,
  listTeamMembers,
  type RequestContext,
  removeMember,
  setMemberRole,
  updateCollection,
  updateCollectionSchema,
  updateRule,
} from "../src/index.ts";
import { bearer, codeOf, openWorld, type World } from "./identity-support.ts";

interface Club {
  world: World;
  operator: RequestContext;
  ann: RequestContext;
  bob: RequestContext;
  organization: string;
}

async function club(driver: SqlDriver): Promise<Club> {
  const world = await openWorld(driver);
  await ensureUsersCollections(driver, Date.now);
  const operatorToken = await world.account("operator@example.com");
  const fresh = async (token: string): Promise<RequestContext> => {
    world.engine.catalogs.forget(DEFAULT_WORKSPACE_ID);
    const ctx = await world.ctx(bearer(token));
    return { ...ctx, client: { clientAddress: undefined, sessionToken: token.split(".")[0] } };
  };
  await enableOrganizations(await fresh(operatorToken), { created_by: "users" });
  const ann = await fresh(await world.account("ann@example.com"));
  const bobToken = await world.account("bob@example.com");
  await driver.run({ sql: "update plinth_users set email_verified = 1", params: [] });
  const { id: organization } = await createOrganization(ann, { name: "Club", slug: "club" });
  const { token } = await inviteMember(ann, organization, { email: "Bob@example.com", role: "owner" });
  const bob = await fresh(bobToken);
  await acceptMembership(bob, { invitation: token });
  return { world, operator: await fresh(operatorToken), ann, bob: await fresh(bobToken), organization };
}

test.each([
  ["SQLite", () => bunSqlite({ path: ":memory:" })],
  ["Postgres", memoryPglite],
] as const)("an organization keeps an owner, no matter who leaves at the same moment, on %s", async (_, open) => {
  const { world, ann, bob, organization } = await club(open());
  const leaves = await Promise.all(
    [ann, bob].map((ctx) => codeOf(() => removeMember(ctx, organization, ctx.principal.id!))),
  );
  expect(leaves.toSorted()).toEqual(["CONFLICT", undefined] as never);
  const rows = await world.driver.all({
    sql: `select role from c_${DEFAULT_WORKSPACE_ID.slice(-12)}_organization_members`,
    params: [],
  });
  expect(rows).toEqual([{ role: "owner" }]);
  await world.driver.close?.();
});

test("sessions know memberships, the chosen organization and the role; so do streams", async () => {
  const { world, ann, bob, organization } = await club(bunSqlite({ path: ":memory:" }));
  await activateOrganization(bob, { organization });
  const sessions = await world.driver.all({
    sql: "select id from plinth_sessions where user_id = ?1",
    params: [bob.principal.id!],
  });
  const ids = sessions.map(({ id }) => String(id));
  const known = async () => (await currentUsers(world.engine, world.driver, ids)).get(ids[0]!)!;
  expect(await known()).toMatchObject({
    organizations: [organization],
    organization: { id: organization, role: "owner" },
  });
  await setMemberRole(ann, organization, bob.principal.id!, "member");
  expect(await known()).toMatchObject({ organization: { role: "member" } });
  await removeMember(ann, organization, bob.principal.id!);
  expect((await known()).organization).toBeUndefined();
  expect((await known()).organizations).toBeUndefined();
});

test("who leaves the organization leaves its teams, and who is deleted leaves both", async () => {
  const { operator, ann, bob, organization } = await club(bunSqlite({ path: ":memory:" }));
  const { id: team } = await createTeam(ann, organization, { name: "Board" });
  await addTeamMember(ann, organization, team, bob.principal.id!);
  await addTeamMember(ann, organization, team, bob.principal.id!);
  expect((await listTeamMembers(ann, organization, team, { limit: 2 })).data).toHaveLength(1);
  await removeMember(ann, organization, bob.principal.id!);
  expect((await listTeamMembers(ann, organization, team, { limit: 2 })).data).toEqual([]);
  const { id } = await createUser(operator, { email: "cy@example.com", name: "Cy" });
  const other = await createOrganization(operator, { name: "Other", slug: "other", owner: id });
  expect(await codeOf(() => deleteUser(operator, id, "release"))).toBe("CONFLICT");
  await deleteOrganization(operator, other.id, "other");
  await deleteUser(operator, id, "release");
  expect((await listMembers(ann, organization, { limit: 2 })).data).toHaveLength(1);
});

test("an invitation is used once, also by two at the same moment", async () => {
  const { world, ann, organization } = await club(bunSqlite({ path: ":memory:" }));
  const token = await world.account("dan@example.com");
  await world.driver.run({ sql: "update plinth_users set email_verified = 1", params: [] });
  const { token: invitation } = await inviteMember(ann, organization, { email: "dan@example.com", role: "member" });
  const dan = await world.ctx(bearer(token));
  const codes = await Promise.all([1, 2].map(() => codeOf(() => acceptMembership(dan, { invitation }))));
  expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  expect(await listOrganizations(dan)).toMatchObject([{ id: organization, role: "member" }]);
  const stored = JSON.stringify(
    await world.driver.all({ sql: "select * from plinth_organization_invitations", params: [] }),
  );
  expect(stored).not.toContain(invitation);
});

test("invitations end with the right to make them", async () => {
  const { world, ann, bob, operator, organization } = await club(bunSqlite({ path: ":memory:" }));
  const open = async () => (await listMemberInvitations(ann, organization)).map(({ email }) => email).toSorted();
  const invite = (email: string, role: "member" | "admin" | "owner") =>
    inviteMember(bob, organization, { email, role });
  await inviteMember(ann, organization, { email: "hers@example.com", role: "member" });
  await invite("owner@example.com", "owner");
  await invite("member@example.com", "member");
  await setMemberRole(ann, organization, bob.principal.id!, "admin");
  expect(await open()).toEqual(["hers@example.com", "member@example.com"]);
  await removeMember(ann, organization, bob.principal.id!);
  expect(await open()).toEqual(["hers@example.com"]);
  await blockUser(operator, ann.principal.id!);
  const left = await world.driver.all({
    sql: "select id from plinth_organization_invitations where revoked_at is null and accepted_at is null",
    params: [],
  });
  expect(left).toEqual([]);
});

test("a rule's conditions, checks and presets hold for new organizations", async () => {
  const { world, operator, ann } = await club(bunSqlite({ path: ":memory:" }));
  const again = async (): Promise<RequestContext> => {
    world.engine.catalogs.forget(DEFAULT_WORKSPACE_ID);
    const { principal } = ann;
    return { ...ann, catalog: await world.engine.catalogs.get(world.driver, principal.workspaceId) };
  };
  const asOperator = async (): Promise<RequestContext> => ({ ...operator, catalog: (await again()).catalog });
  const rules = listRules(await asOperator(), {});
  const own = rules.find(({ collection, action }) => collection === "organizations" && action === "create")!;
  const make = async (slug: string) => codeOf(async () => createOrganization(await again(), { name: slug, slug }));
  await updateRule(operator, own.id, { condition: { slug: { _starts_with: "club-" } } });
  expect([await make("club-a"), await make("bank")]).toEqual([undefined, "FORBIDDEN"]);
  const fields = [{ name: "sponsor", type: "relation", to: "users" }];
  await updateCollection(await asOperator(), "organizations", updateCollectionSchema.parse({ fields }));
  const presets = { sponsor: "$user.id" };
  const sponsoredBy = async (email: string) =>
    updateRule(await asOperator(), own.id, { condition: { sponsor: { email: { _eq: email } } }, presets });
  await sponsoredBy("nobody@example.com");
  expect(await make("club-b")).toBe("FORBIDDEN");
  await sponsoredBy("ann@example.com");
  expect(await make("club-b")).toBeUndefined();
  await updateRule(await asOperator(), own.id, { condition: null, fields: ["name"] });
  expect(await make("club-c")).toBe("FIELD_FORBIDDEN");
});
