/** An organization keeps an owner, also when a user is deleted. */
import { expect, test } from "bun:test";
import { bearer, testApp } from "../../testing/app.ts";

async function world() {
  let later = 0;
  const app = testApp({ authRateLimit: 0 }, { clock: { now: () => Date.now() + later } });
  const wait = (ms: number) => {
    later += ms;
  };
  const operator = bearer(await app.signUp("operator@example.com"));
  await app.send("/api/organizations", {}, operator, "PUT");
  const person = async (email: string) => {
    const answer = await app.send("/api/auth/sign-up/email", { name: "Someone", email, password: "correct horse" });
    const { token, user } = (await answer.json()) as { token: string; user: { id: string } };
    return { id: user.id, email, headers: bearer(token) };
  };
  const ann = await person("ann@example.com");
  const bob = await person("bob@example.com");
  await app.driver.run({ sql: "update plinth_users set email_verified = 1", params: [] });
  const found = async (name: string) => {
    const made = await app.send("/api/organizations", { name, slug: name.toLowerCase() }, ann.headers);
    return ((await made.json()) as { data: { id: string } }).data.id;
  };
  const join = async (organization: string, role: string) => {
    const invited = await app.send(
      `/api/organizations/${organization}/invitations`,
      { email: bob.email, role },
      ann.headers,
    );
    const { token } = ((await invited.json()) as { data: { token: string } }).data;
    await app.send("/api/organization-invitations/accept", { invitation: token }, bob.headers);
  };
  const leave = (who: { email: string; headers: Record<string, string> }) =>
    app.send("/api/me/delete", { email: who.email }, who.headers);
  const message = async (answer: Response) =>
    ((await answer.json()) as { error?: { message: string } }).error?.message ?? "";
  return { ...app, wait, operator, ann, bob, found, join, leave, message };
}

test("the only owner is not deleted, and learns of which organizations; nothing has begun", async () => {
  const { ann, operator, found, join, leave, message, send } = await world();
  const club = await found("Club");
  const band = await found("Band");
  await found("Choir");
  await join(club, "admin");
  await join(band, "owner");
  const own = await leave(ann);
  expect([own.status, await message(own)]).toEqual([
    409,
    "You are the only owner of Club, Choir. First give the role owner to another member of each, or delete it.",
  ]);
  const byOperator = await send(`/api/users/${ann.id}?items=release`, undefined, operator, "DELETE");
  expect([byOperator.status, (await message(byOperator)).startsWith("This user is the only owner of Club")]).toEqual([
    409,
    true,
  ]);
  const still = await send(`/api/organizations/${band}/members`, undefined, ann.headers, "GET");
  const { data } = (await still.json()) as { data: { role: string }[] };
  expect([still.status, data.map(({ role }) => role)]).toEqual([200, ["owner", "owner"]]);
});

test("who owns one with somebody else leaves it when the deletion begins", async () => {
  const { ann, bob, found, join, operator, send, wait } = await world();
  const club = await found("Club");
  await join(club, "owner");
  await send(`/api/users/${ann.id}/block`, {}, operator);
  // Other servers know of it.
  wait(2000);
  const removed = send(`/api/users/${ann.id}?items=release`, undefined, operator, "DELETE");
  const left = send(`/api/organizations/${club}/members/${bob.id}`, undefined, bob.headers, "DELETE");
  expect([(await removed).status, (await left).status].sort()).toEqual([200, 409]);
});

test("an anonymous user whom nobody uses stays while an organization has no other owner", async () => {
  const { ann, bob, found, join, operator, send, wait, driver } = await world();
  const club = await found("Club");
  await join(club, "member");
  const sql = (text: string) => driver.run({ sql: text, params: [] });
  const idle = "is_anonymous = true, created_at = 1000";
  await sql(`update plinth_users set ${idle} where id = '${ann.id}'`);
  await sql("update plinth_sessions set updated_at = 1000");
  const users = async () => {
    const answer = await send("/api/users", undefined, operator, "GET");
    return ((await answer.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
  };
  const tick = async () => {
    for (let i = 0; i < 4; i++) {
      wait(2 * 3_600_000);
      await send("/api/tick", undefined, operator);
    }
  };
  await tick();
  expect(await users()).toContain(ann.id);
  // Somebody else owns it as well.
  await send(`/api/organizations/${club}/members/${bob.id}`, { role: "owner" }, operator, "PATCH");
  await tick();
  expect(await users()).not.toContain(ann.id);
  expect(await users()).toContain(bob.id);
});
