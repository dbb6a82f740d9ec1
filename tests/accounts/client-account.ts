/** What users do with the account that they have. */
import { expect, test } from "bun:test";
import { member, open, PASSWORD, pool, refusal, world } from "./client-world.ts";

test("sessions are listed and revoked, here and elsewhere", async () => {
  const email = "gil@acme.test";
  const { auth } = await member(email);
  const elsewhere = (await open()).open().auth;
  await elsewhere.password.signIn({ email, password: PASSWORD });
  const sessions = await auth.sessions.list();
  expect(sessions.map(({ current }) => current)).toEqual([false, true]);
  await auth.sessions.revoke(sessions[0]!.id);
  expect(await auth.sessions.revokeOthers()).toBe(0);
  expect(await refusal(elsewhere.sessions.list())).toBe("INVALID_TOKEN");
  expect(await elsewhere.session()).toBeUndefined();
  await auth.sessions.revoke(sessions[1]!.id);
  expect(await auth.session()).toBeUndefined();
});

test("a sensitive act asks for a fresh proof", async () => {
  const { auth } = await member("hal@acme.test");
  await world.app.driver.run({ sql: "update plinth_sessions set authenticated_at = 0", params: [] });
  expect(await refusal(auth.email.change("new-hal@acme.test"))).toBe("STEP_UP_REQUIRED");
  expect(await refusal(auth.stepUp({ password: "wrong" }))).toBe("INVALID_CREDENTIALS");
  expect((await auth.stepUp({ password: PASSWORD })).methods).toEqual(["pwd"]);
  expect(await auth.email.change("new-hal@acme.test")).toEqual({ status: true });
});

test("organizations, their members, invitations and teams", async () => {
  await pool.ask("put", { path: "/api/organizations", headers: pool.operator });
  const owner = await member("ida@acme.test");
  const guest = await member("jo@acme.test");
  const { organizations } = owner.auth;
  const { id } = await organizations.create({ name: "Chess Club", slug: "chess" });
  expect(await organizations.update(id, { name: "Chess" })).toMatchObject({ name: "Chess", role: "owner" });
  const { token } = await organizations.invitations.create(id, { email: "jo@acme.test" });
  const spare = await organizations.invitations.create(id, { email: "kit@acme.test", role: "admin" });
  expect(await organizations.invitations.list(id)).toHaveLength(2);
  await organizations.invitations.revoke(id, spare.id);
  expect(await guest.auth.organizations.accept(token)).toEqual({ organization: id, role: "member" });
  expect(await guest.auth.organizations.list()).toMatchObject([{ id, slug: "chess" }]);
  expect(await guest.auth.organizations.activate(id)).toEqual({ organization: id, role: "member" });

  const joined = (await guest.auth.session())!.user.id;
  expect(await organizations.members.setRole(id, joined, "admin")).toMatchObject({ role: "admin" });
  const team = await organizations.teams.create(id, "Juniors");
  await organizations.teams.rename(id, team.id, "Seniors");
  await organizations.teams.add(id, team.id, joined);
  expect(await organizations.teams.members(id, team.id)).toMatchObject({ data: [{ user: joined }], has_more: false });
  const first = await organizations.members.list(id, { limit: 1 });
  expect(first).toMatchObject({ data: [{ name: "Someone", role: "owner" }], has_more: true });
  const next = await organizations.members.list(id, { limit: 1, cursor: first.next_cursor! });
  expect(next).toMatchObject({ data: [{ user: joined }], has_more: false, next_cursor: null });
  await organizations.teams.remove(id, team.id, joined);
  await organizations.teams.delete(id, team.id);
  expect(await organizations.teams.list(id)).toEqual([]);
  await guest.auth.organizations.members.remove(id, joined);
  expect((await organizations.members.list(id)).data).toHaveLength(1);
  expect(await refusal(organizations.delete(id, "wrong"))).toBe("CONFIRMATION_REQUIRED");
  await organizations.delete(id, "chess");
  expect(await refusal(organizations.get(id))).toBe("NOT_FOUND");
});

test("terms are agreed to at sign-up, and again when they change", async () => {
  const change = (terms: object) =>
    pool.ask("patch", { path: "/api/auth-settings", headers: pool.operator, body: { terms } });
  await change({ url: "/terms", version: "1" });
  const { auth } = (await open()).open();
  await auth.password.signUp({ name: "Mo", email: "mo@acme.test", password: PASSWORD, terms_version: "1" });
  expect(await auth.account.terms()).toMatchObject({ url: "/terms", version: "1", due: false });
  await change({ version: "2" });
  expect((await auth.account.terms()).due).toBe(true);
  expect(await refusal(auth.account.agree("1"))).toBe("VALIDATION");
  expect((await auth.account.agree("2")).agreements.map(({ version }) => version)).toEqual(["2", "1"]);
  await change({ url: null });
});

test("an invitation of the workspace is accepted, and an account is exported and deleted", async () => {
  const email = "lea@acme.test";
  const { auth } = await member(email);
  const body = { email, roles: ["editor"] };
  const made = await pool.ask("post", { path: "/api/invitations", headers: pool.operator, body });
  expect((await auth.invitations.accept((made.data as { token: string }).token)).roles).toContain("editor");
  expect(await (await auth.account.export()).json()).toMatchObject({ user: { email } });
  expect(await refusal(auth.account.delete("other@acme.test"))).toBe("VALIDATION");
  expect(await auth.account.delete(email)).toMatchObject({ complete: true });
  expect(await auth.session()).toBeUndefined();
});
