/** Users without an account: how they come, and that they stay the same user when they make one. */
import { expect, test } from "bun:test";
import type { Config, Mailer, SmsSender } from "@plinth/core";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

const sms: SmsSender = {
  name: "test",
  // Keeps what it sent, so that its texts can be read.
  capabilities: { deduplicates: false, development: true },
  send: async () => {},
};
const mailer: Mailer = { ...sms, send: async () => {} };

const PASSWORD = "a comet with a long tail";
const PHONE = "+4915112345678";
const SECRET = "no-email";

type Row = Record<string, unknown>;

async function open(config: Partial<Config> = {}) {
  let offset = 0;
  const clock = { now: () => Date.now() + offset };
  const app = testApp({ authRateLimit: 0, ...config }, { sms, mailer, clock });
  const operator = bearer(await app.signUp("operator@example.com"));
  const set = async (settings: object) => {
    expect((await app.send("/api/auth-settings", settings, operator, "PATCH")).status).toBe(200);
  };
  await set({ anonymous: { sign_in: true } });
  const read = async <T = Row[]>(path: string, headers = operator) =>
    ((await (await app.call(path, { headers })).json()) as { data: T }).data;
  const enter = (body: object = {}, headers = {}) => app.send("/api/auth/sign-in/anonymous", body, headers);
  const guest = async (body: object = {}) => {
    const answer = await enter(body);
    expect(answer.status).toBe(200);
    const { token, user } = (await answer.json()) as { token: string; user: { id: string } & Row };
    return { id: user.id, user, headers: bearer(token) };
  };
  const message = async (to: string, pattern: RegExp) => {
    const [last] = await read<{ id: string }[]>(`/api/mail/outbox?to=${encodeURIComponent(to)}&limit=1`);
    if (!last) return undefined;
    const { content } = await read<{ content: { text: string } }>(`/api/mail/outbox/${last.id}`);
    return pattern.exec(content.text)?.[1];
  };
  const me = (headers: Record<string, string>) => read<Row>("/api/me", headers);
  const pass = (ms: number) => {
    offset += ms;
  };
  return { app, operator, set, read, enter, guest, message, me, pass };
}

type World = Awaited<ReturnType<typeof open>>;

const errorOf = async (answer: Response) => (await refusalIn(answer)).slice(0, 2);

/** The headers of the session that a sign-in has begun: the one from before has ended. */
async function entered({ app }: World, answer: Response, before: Record<string, string>) {
  expect(answer.status).toBe(200);
  expect((await app.call("/api/me", { headers: before })).status).toBe(401);
  return bearer(((await answer.json()) as { token: string }).token);
}

/** The same user as before, with what it owns. */
async function expectSame({ me, read, app, operator }: World, id: string, headers: Record<string, string>, row: Row) {
  expect(await me(headers)).toMatchObject({ id, email: row.email });
  const [user] = (await read("/api/users?limit=100")).filter((one) => one.id === id);
  expect(user).toMatchObject({ is_anonymous: false, ...row });
  const [profile] = await read(`/api/items/users?filter=${JSON.stringify({ id })}`);
  expect(profile).toMatchObject({ owner_id: id, email: row.email });
  const log = await read<{ type: string; target: string }[]>("/api/security-log?type=user_upgrade");
  expect(log.filter(({ target }) => target === `user:${id}`)).toHaveLength(1);
  const answer = await app.call("/api/auth/get-session", { headers });
  expect(await answer.json()).toMatchObject({ user: { id, is_anonymous: false } });
  expect((await app.call("/api/users", { headers: operator })).status).toBe(200);
}

test("anonymous users are off, and are none where nobody may sign up", async () => {
  const { app, set, enter } = await open();
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
  const { app, read, guest, me, enter } = await open();
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

test("a password makes an account of an anonymous user, who is the same in a new session", async () => {
  const world = await open();
  const { id, headers } = await world.guest();
  const given = { name: "Ann", email: "Ann@example.com", password: PASSWORD };
  const account = await entered(world, await world.app.send("/api/auth/sign-up/email", given, headers), headers);
  await expectSame(world, id, account, { email: "ann@example.com", name: "Ann", email_verified: false });
  const signedIn = await world.app.send("/api/auth/sign-in/email", { email: "ann@example.com", password: PASSWORD });
  expect(await signedIn.json()).toMatchObject({ user: { id } });
  expect(await world.message("ann@example.com", /(verify-email)/)).toBe("verify-email");
});

test("a code, a link and a link that changes the address prove it for the anonymous user", async () => {
  const world = await open();
  const { app, guest, message } = world;
  const [coded, linked, changed] = [await guest(), await guest({ name: "Lea" }), await guest({ name: "Cleo" })];

  await app.send("/api/auth/email-otp/send-verification-otp", { email: "code@example.com" }, coded.headers);
  const otp = await message("code@example.com", /^(\d{6})$/m);
  const body = { email: "code@example.com", otp, name: "Cody" };
  const byCode = await app.send("/api/auth/sign-in/email-otp", body, coded.headers);
  await expectSame(world, coded.id, await entered(world, byCode, coded.headers), {
    email: "code@example.com",
    name: "Cody",
    email_verified: true,
  });

  await app.send("/api/auth/sign-in/magic-link", { email: "link@example.com" }, linked.headers);
  const token = await message("link@example.com", /token=(\S+)/);
  const byLink = await app.send("/api/auth/magic-link/verify", { token }, linked.headers);
  await expectSame(world, linked.id, await entered(world, byLink, linked.headers), {
    email: "link@example.com",
    name: "Lea",
    email_verified: true,
  });

  // Its session is an hour old, and it has nothing else to prove.
  await app.driver.run({
    sql: "update plinth_sessions set authenticated_at = 1, created_at = created_at - 3600000",
    params: [],
  });
  const change = await app.send("/api/auth/change-email", { new_email: "change@example.com" }, changed.headers);
  expect(change.status).toBe(200);
  const confirm = await message("change@example.com", /token=(\S+)/);
  expect((await app.send("/api/auth/verify-email", { token: confirm }, changed.headers)).status).toBe(200);
  await expectSame(world, changed.id, changed.headers, {
    email: "change@example.com",
    name: "Cleo",
    email_verified: true,
  });
});

test("a phone's number, added or signed in by, makes an account of the anonymous user", async () => {
  const world = await open();
  const { app, guest, message, set } = world;
  await set({ phone: { sign_in: true } });
  const { id, headers } = await guest();
  await app.send("/api/auth/change-phone", { phone: PHONE }, headers);
  const code = await message(PHONE, /^(\d{6})/);
  expect((await app.send("/api/auth/verify-phone", { phone: PHONE, code }, headers)).status).toBe(200);
  await expectSame(world, id, headers, { email: null, phone: PHONE });

  const other = await guest();
  await set({ phone: { sign_up: true } });
  const phone = "+4915100000000";
  await app.send("/api/auth/phone-code/send", { phone }, other.headers);
  const second = await message(phone, /^(\d{6})/);
  const byPhone = await app.send("/api/auth/sign-in/phone-code", { phone, code: second }, other.headers);
  await expectSame(world, other.id, await entered(world, byPhone, other.headers), { email: null, phone });
});

test("an account that exists is refused, and the anonymous user keeps what it has", async () => {
  const { app, guest, message, me } = await open();
  const ann = bearer(await app.signUp("ann@example.com"));
  await app.driver.run({ sql: "update plinth_users set email_verified = 1", params: [] });
  const { id, headers } = await guest();
  const taken = { name: "Ann", email: "ann@example.com", password: PASSWORD };
  expect(await refusalIn(await app.send("/api/auth/sign-up/email", taken, headers))).toEqual([
    409,
    "UNIQUE_VIOLATION",
    "email",
  ]);
  const known = { email: "ann@example.com", password: "correct horse" };
  const signIn = await app.send("/api/auth/sign-in/email", known, headers);
  expect(await errorOf(signIn)).toEqual([409, "ANONYMOUS_SESSION"]);
  await app.send("/api/auth/email-otp/send-verification-otp", { email: "ann@example.com" }, headers);
  const otp = await message("ann@example.com", /^(\d{6})$/m);
  const entered = await app.send("/api/auth/sign-in/email-otp", { email: "ann@example.com", otp }, headers);
  expect(await errorOf(entered)).toEqual([409, "ANONYMOUS_SESSION"]);
  expect(await me(headers)).toMatchObject({ id, email: null });
  expect(await me(ann)).toMatchObject({ email: "ann@example.com" });
});

test("where addresses must be confirmed, no password makes an account of an anonymous user before that", async () => {
  const { app, guest, set, me } = await open();
  await app.signUp("ann@example.com");
  await set({ email: { verification: "required" } });
  const { id, headers } = await guest();
  for (const email of ["ann@example.com", "nobody@example.com"]) {
    const answer = await app.send("/api/auth/sign-up/email", { name: "Ann", email, password: PASSWORD }, headers);
    expect(await errorOf(answer)).toEqual([403, "EMAIL_NOT_VERIFIED"]);
  }
  expect(await me(headers)).toMatchObject({ id, email: null });
});

test("an access token of an anonymous user makes no second account", async () => {
  const { app, enter, message } = await open();
  const { tokens } = (await (await enter({ tokens: true })).json()) as { tokens: { access_token: string } };
  const headers = bearer(tokens.access_token);
  await app.send("/api/auth/email-otp/send-verification-otp", { email: "ann@example.com" });
  const body = { email: "ann@example.com", otp: await message("ann@example.com", /^(\d{6})$/m) };
  expect(await errorOf(await app.send("/api/auth/sign-in/email-otp", body, headers))).toEqual([
    403,
    "STEP_UP_REQUIRED",
  ]);
});

test("of two accounts at once an anonymous user makes one", async () => {
  const world = await open();
  const { app, guest, me, read } = world;
  const { id, headers } = await guest();
  const answers = await Promise.all(
    ["one@example.com", "two@example.com"].map((email) =>
      app.send("/api/auth/sign-up/email", { name: "Ann", email, password: PASSWORD }, headers),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, expect.any(Number)]);
  const [made, ...others] = answers.filter(({ status }) => status === 200);
  expect(others).toEqual([]);
  expect(await me(await entered(world, made!, headers))).toMatchObject({ id });
  expect((await read("/api/users")).length).toBe(1);
});

test("an access token from before is refused where the session has ended, and shows the account where it goes on", async () => {
  const { app, operator, enter, message, set } = await open();
  await set({ phone: { sign_in: true } });
  await app.send("/api/collections", { slug: "posts", fields: [{ name: "by_guest", type: "boolean" }] }, operator);
  const condition = { by_guest: "$user.claims.is_anonymous" };
  const rule = { role: "authenticated", collection: "posts", action: "create", condition };
  expect((await app.send("/api/permissions", rule, operator)).status).toBe(201);
  const begin = async () => {
    const { token, tokens } = (await (await enter({ tokens: true })).json()) as {
      token: string;
      tokens: { access_token: string };
    };
    return { headers: bearer(token), access: bearer(tokens.access_token) };
  };
  const write = async (headers: Record<string, string>) =>
    (await app.send("/api/items/posts", { by_guest: false }, headers)).status;
  const [ended, kept] = [await begin(), await begin()];
  expect([await write(ended.access), await write(kept.access)]).toEqual([403, 403]);
  const given = { name: "Ann", email: "ann@example.com", password: PASSWORD };
  expect((await app.send("/api/auth/sign-up/email", given, ended.headers)).status).toBe(200);
  expect(await write(ended.access)).toBe(401);
  await app.send("/api/auth/change-phone", { phone: PHONE }, kept.headers);
  const code = await message(PHONE, /^(\d{6})/);
  expect((await app.send("/api/auth/verify-phone", { phone: PHONE, code }, kept.headers)).status).toBe(200);
  expect(await write(kept.access)).toBe(201);
});

test("a workspace takes so many anonymous users a day, whatever their addresses", async () => {
  const { app, set } = await open();
  await set({ anonymous: { max_per_day: 2 } });
  const from = async (address: string) =>
    (await app.call("/api/auth/sign-in/anonymous", { method: "POST", from: address })).status;
  const statuses = [await from("192.0.2.1"), await from("198.51.100.1"), await from("203.0.113.1")];
  expect(statuses).toEqual([200, 200, 429]);
});

test("an address makes so many anonymous users an hour", async () => {
  const { set, enter } = await open({ authRateLimit: 1000 });
  await set({ anonymous: { max_per_hour: 2 } });
  const statuses = [await enter(), await enter(), await enter()].map(({ status }) => status);
  expect(statuses).toEqual([200, 200, 429]);
});

test("an anonymous user whom nobody uses is deleted, another and an account are not", async () => {
  const { app, operator, guest, read, pass } = await open();
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
  const { app, set, message, me, read } = await open();
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
