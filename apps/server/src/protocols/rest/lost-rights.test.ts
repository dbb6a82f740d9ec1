import { expect, test } from "bun:test";
import { bearer, type TestApp, testApp } from "../../testing/app.ts";

const PASSWORD = "correct horse";

type Answer = { data: { id: string; token: string } };

async function world() {
  const app = testApp();
  const owner = bearer(await app.signUp("operator@example.com"));
  await app.send("/api/workspaces", { slug: "acme", name: "Acme" }, owner);
  const made = await app.send("/api/operators", { email: "boss@example.com", name: "Boss", password: PASSWORD }, owner);
  const { id } = ((await made.json()) as Answer).data;
  const signedIn = await app.send("/api/operator/auth/sign-in/email", {
    email: "boss@example.com",
    password: PASSWORD,
  });
  const boss = bearer(signedIn.headers.get("set-auth-token")!);
  const account = { name: "Ben", email: "ben@example.com", password: PASSWORD };
  const ben = (await (await app.send("/api/t/acme/auth/sign-up/email", account)).json()) as { user: { id: string } };
  return { app, owner, boss, id, ben: ben.user.id };
}

/** A session in which the operator acts as the user. */
async function actingAs(app: TestApp, operator: Record<string, string>, user: string) {
  const answer = await app.send(`/api/t/acme/users/${user}/impersonate`, { reason: "a test", minutes: 60 }, operator);
  return bearer(((await answer.json()) as Answer).data.token);
}

const statusOf = async (app: TestApp, headers: Record<string, string>) =>
  (await app.call("/api/t/acme/me", { headers })).status;

test("an owner of the server who becomes a member is signed out, and acts as nobody any more", async () => {
  const { app, owner, boss, id, ben } = await world();
  const asBen = await actingAs(app, boss, ben);
  expect([await statusOf(app, boss), await statusOf(app, asBen)]).toEqual([200, 200]);
  expect((await app.send(`/api/operators/${id}`, { role: "member" }, owner, "PATCH")).status).toBe(200);
  expect([await statusOf(app, boss), await statusOf(app, asBen)]).toEqual([401, 401]);
});

test("the operators' pages lead where no workspace says", async () => {
  const { app, owner } = await world();
  const settings = { redirects: { urls: ["https://elsewhere.example/x"] }, pages: { name: "Elsewhere" } };
  expect((await app.send("/api/auth-settings", settings, owner, "PATCH")).status).toBe(200);
  const pageAt = async (path: string) =>
    (await app.call(`${path}?next=https://elsewhere.example/x`, { headers: { accept: "text/html" } })).text();
  expect(await pageAt("/sign-in")).toContain("elsewhere.example");
  const operators = await pageAt("/operator/sign-in");
  expect([operators.includes("elsewhere.example"), operators.includes("Elsewhere")]).toEqual([false, false]);
});

test("an older invitation does not bring back a role that was taken", async () => {
  const app = testApp();
  const owner = bearer(await app.signUp("operator@example.com"));
  const email = "ben@example.com";
  const invite = async () => {
    const answer = await app.send("/api/invitations", { email, roles: ["admin"] }, owner);
    return ((await answer.json()) as Answer).data.token;
  };
  const [first, second] = [await invite(), await invite()];
  const account = { name: "Ben", email, password: PASSWORD, invitation: first };
  const ben = (await (await app.send("/api/auth/sign-up/email", account)).json()) as {
    token: string;
    user: { id: string };
  };
  await app.driver.run({ sql: "update plinth_users set email_verified = 1", params: [] });
  expect((await app.send(`/api/users/${ben.user.id}/roles`, { roles: [] }, owner, "PUT")).status).toBe(200);
  const again = await app.send("/api/invitations/accept", { invitation: second }, bearer(ben.token));
  expect(((await again.json()) as { error: { code: string } }).error.code).toBe("INVALID_INVITATION");
});

test("what another server still knows of an administrator gives no lasting right", async () => {
  const app = testApp();
  const owner = bearer(await app.signUp("operator@example.com"));
  const ben = (await (
    await app.send("/api/auth/sign-up/email", { name: "Ben", email: "ben@example.com", password: PASSWORD })
  ).json()) as { token: string; user: { id: string } };
  const roles = `/api/users/${ben.user.id}/roles`;
  expect((await app.send(roles, { roles: ["admin"] }, owner, "PUT")).status).toBe(200);
  const beside = testApp({}, { driver: app.driver });
  const keys = () => beside.send("/api/keys", { name: "k", kind: "secret" }, bearer(ben.token));
  expect((await keys()).status).toBe(201);
  expect((await app.send(roles, { roles: [] }, owner, "PUT")).status).toBe(200);
  expect((await keys()).status).toBe(403);
  expect((await beside.send(roles, { roles: ["admin"] }, bearer(ben.token), "PUT")).status).toBe(403);
});

test("an encoded path is none of the accounts' routes", async () => {
  const app = testApp();
  await app.signUp("operator@example.com");
  const credentials = { email: "operator@example.com", password: PASSWORD };
  expect((await app.send("/api/auth/s%69gn-in/email", credentials)).status).toBe(404);
});
