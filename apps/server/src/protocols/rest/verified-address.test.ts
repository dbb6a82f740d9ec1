/** An account made by an invitation may be that of whoever invited: with somebody else's address it gets no further rights. */
import { expect, test } from "bun:test";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

type Answer = { data: { id: string; token: string } };

const NOT_VERIFIED: [number, string, string] = [403, "EMAIL_NOT_VERIFIED", "email"];

async function world() {
  const app = testApp({ authRateLimit: 0 });
  const owner = bearer(await app.signUp("operator@example.com"));
  for (const slug of ["acme", "other"]) await app.send("/api/workspaces", { slug, name: slug }, owner);
  return { app, owner };
}

async function invite(app: TestApp, by: Record<string, string>, workspace: string, email: string, role = "viewer") {
  const answer = await app.send(`/api/t/${workspace}/member-invitations`, { email, role }, by);
  return ((await answer.json()) as Answer).data.token;
}

async function join(app: TestApp, email: string, invitation: string) {
  const account = { name: "Someone", email, password: "correct horse", invitation };
  const answer = await app.send("/api/operator/auth/sign-up/email", account);
  const { token, user } = (await answer.json()) as { token: string; user: { id: string } };
  return { id: user.id, headers: bearer(token) };
}

/** The account of the chief's address, made by an administrator of the workspace. */
async function impostor() {
  const { app, owner } = await world();
  const admin = await join(app, "admin@example.com", await invite(app, owner, "acme", "admin@example.com", "admin"));
  const email = "chief@example.com";
  const chief = await join(app, email, await invite(app, admin.headers, "acme", email));
  const confirm = () =>
    app.driver.run({ sql: `update plinth_users set email_verified = 1 where email = '${email}'`, params: [] });
  return { app, owner, admin, email, chief, confirm };
}

test("it becomes no owner of the server", async () => {
  const { app, owner, chief, confirm } = await impostor();
  const raise = () => app.send(`/api/operators/${chief.id}`, { role: "owner" }, owner, "PATCH");
  expect(await refusalIn(await raise())).toEqual(NOT_VERIFIED);
  expect((await app.call("/api/operators", { headers: chief.headers })).status).toBe(403);
  await confirm();
  expect((await raise()).status).toBe(200);
  // An owner stays one, whatever its address.
  const made = { email: "joan@example.com", name: "Joan", password: "correct horse" };
  const { data } = (await (await app.send("/api/operators", made, owner)).json()) as Answer;
  expect((await app.send(`/api/operators/${data.id}`, { role: "owner" }, owner, "PATCH")).status).toBe(200);
});

test("it becomes no owner of the workspace", async () => {
  const { app, owner, chief, confirm } = await impostor();
  const raise = (role: string) => app.send(`/api/t/acme/members/${chief.id}`, { role }, owner, "PATCH");
  expect((await raise("developer")).status).toBe(200);
  expect(await refusalIn(await raise("owner"))).toEqual(NOT_VERIFIED);
  await confirm();
  expect((await raise("owner")).status).toBe(200);
});

test("it accepts no invitation into another workspace", async () => {
  const { app, owner, email, chief, confirm } = await impostor();
  const invitation = await invite(app, owner, "other", email, "owner");
  const accept = () => app.send("/api/operator/invitations/accept", { invitation }, chief.headers);
  expect(await refusalIn(await accept())).toEqual(NOT_VERIFIED);
  await confirm();
  expect((await accept()).status).toBe(200);
});
