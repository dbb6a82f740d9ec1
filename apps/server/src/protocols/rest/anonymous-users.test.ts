/** Users without an account: how they come, what they are, how many may come, and when they are deleted. */
import { expect, test } from "bun:test";
import { errorOf, openAnonymousWorld, PASSWORD, PHONE, type Row } from "../../testing/anonymous-world.ts";
import { bearer } from "../../testing/app.ts";

const SECRET = "no-email";

test("anonymous users are off, and are none where nobody may sign up", async () => {
  const { app, set, enter } = await openAnonymousWorld();
  await set({ anonymous: { sign_in: null } });
  expect(await errorOf(await enter())).toEqual([403, "SIGN_UP_CLOSED"]);
  await set({ anonymous: { sign_in: true }, sign_up: { mode: "invite" } });
  expect(await errorOf(await enter())).toEqual([403, "INVITATION_REQUIRED"]);
  await set({ sign_up: { mode: "closed" } });
  expect(await errorOf(await enter())).toEqual([403, "SIGN_UP_CLOSED"]);
  await set({ sign_up: { mode: "open", domains: ["example.com"] } });
  expect(await errorOf(await enter())).toEqual([403, "EMAIL_NOT_ALLOWED"]);
  expect(await app.driver.all({ sql: "select id from plinth_users where is_anonymous = 1", params: [] })).toEqual([]);
});

test("an anonymous user has no address anywhere, is one in rules and tokens, and is in the log", async () => {
  const { app, read, guest, me, enter } = await openAnonymousWorld();
  const answer = await enter({ name: "Guest", tokens: true });
  const entered = await answer.text();
  const { user, token, tokens } = JSON.parse(entered) as {
    user: Row & { id: string };
    token: string;
    tokens: { access_token: string };
  };
  expect(user).toMatchObject({ name: "Guest", email: null, email_verified: false, is_anonymous: true });
  const claims = JSON.parse(atob(tokens.access_token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/"))) as Row;
  expect(claims).toMatchObject({ sub: user.id, email: null, is_anonymous: true, amr: ["anonymous"], aal: "aal1" });
  expect(await me(bearer(token))).toMatchObject({ kind: "user", id: user.id, email: null });
  const texts = [entered, JSON.stringify(claims)];
  for (const path of ["/api/auth/get-session", "/api/me/export", "/api/sessions"]) {
    texts.push(await (await app.call(path, { headers: bearer(token) })).text());
  }
  for (const path of ["/api/users", "/api/items/users", "/api/security-log", "/api/changes?collection=users"]) {
    texts.push(JSON.stringify(await read(path)));
  }
  for (const text of texts) expect(text).not.toContain(SECRET);
  const [event] = await read("/api/security-log?type=sign_up&limit=1");
  expect(event).toMatchObject({ target: `user:${user.id}`, detail: { method: "anonymous" } });
  expect(await errorOf(await enter({}, bearer(token)))).toEqual([409, "CONFLICT"]);
  expect((await guest()).id).not.toBe(user.id);
});

test("a workspace takes so many anonymous users a day, whatever their addresses", async () => {
  const { app, set } = await openAnonymousWorld();
  await set({ anonymous: { max_per_day: 2 } });
  const from = async (address: string) =>
    (await app.call("/api/auth/sign-in/anonymous", { method: "POST", from: address })).status;
  const statuses = [await from("192.0.2.1"), await from("198.51.100.1"), await from("203.0.113.1")];
  expect(statuses).toEqual([200, 200, 429]);
});

test("an address makes so many anonymous users an hour", async () => {
  const { set, enter } = await openAnonymousWorld({ authRateLimit: 1000 });
  await set({ anonymous: { max_per_hour: 2 } });
  const statuses = [await enter(), await enter(), await enter()].map(({ status }) => status);
  expect(statuses).toEqual([200, 200, 429]);
});

test("an anonymous user whom nobody uses is deleted, another and an account are not", async () => {
  const { app, operator, guest, read, pass } = await openAnonymousWorld();
  const [idle, used, upgraded] = [await guest(), await guest(), await guest()];
  const given = { name: "Ann", email: "ann@example.com", password: PASSWORD };
  await app.send("/api/auth/sign-up/email", given, upgraded.headers);
  const ago = Date.now() - 31 * 24 * 3_600_000;
  await app.driver.run({ sql: `update plinth_users set created_at = ${ago}`, params: [] });
  await app.driver.run({
    sql: `update plinth_sessions set updated_at = ${ago} where user_id <> '${used.id}'`,
    params: [],
  });
  for (let i = 0; i < 4; i++) {
    pass(2 * 3_600_000);
    await app.send("/api/tick", undefined, operator);
  }
  const left = (await read("/api/users")).map(({ id }) => id);
  expect(left).toContain(used.id);
  expect(left).toContain(upgraded.id);
  expect(left).not.toContain(idle.id);
});

test("a number that nobody has makes an account where the workspace says so", async () => {
  const { app, set, message, me, read } = await openAnonymousWorld();
  await set({ phone: { sign_in: true } });
  const ask = () => app.send("/api/auth/phone-code/send", { phone: PHONE });
  const enter = (code: unknown) => app.send("/api/auth/sign-in/phone-code", { phone: PHONE, code, name: "Fay" });
  await ask();
  expect(await message(PHONE, /^(\d{6})/)).toBeUndefined();
  await set({ phone: { sign_up: true }, sign_up: { mode: "invite" } });
  await ask();
  expect(await message(PHONE, /^(\d{6})/)).toBeUndefined();
  await set({ sign_up: { mode: "open" } });
  await ask();
  const answer = await enter(await message(PHONE, /^(\d{6})/));
  const { token, user } = (await answer.json()) as { token: string; user: Row };
  expect(user).toMatchObject({ name: "Fay", email: null, is_anonymous: false });
  expect(await me(bearer(token))).toMatchObject({ id: user.id, email: null, phone: PHONE });
  expect(await read("/api/users")).toMatchObject([{ id: user.id, phone: PHONE, is_anonymous: false }]);
  await ask();
  const again = await enter(await message(PHONE, /^(\d{6})/));
  expect(await again.json()).toMatchObject({ user: { id: user.id } });
  expect((await app.send("/api/me/delete", { email: "fay@example.com" }, bearer(token))).status).toBe(422);
  expect((await app.send("/api/me/delete", { email: null }, bearer(token))).status).toBe(200);
});
