/** An anonymous user who makes an account stays the same user, in each way to make one. */
import { expect, test } from "bun:test";
import {
  type AnonymousWorld,
  errorOf,
  openAnonymousWorld,
  PASSWORD,
  PHONE,
  type Row,
} from "../../testing/anonymous-world.ts";
import { bearer, refusalIn } from "../../testing/app.ts";

/** The headers of the session that a sign-in has begun: the one from before has ended. */
async function entered({ app }: AnonymousWorld, answer: Response, before: Record<string, string>) {
  expect(answer.status).toBe(200);
  expect((await app.call("/api/me", { headers: before })).status).toBe(401);
  return bearer(((await answer.json()) as { token: string }).token);
}

/** The same user as before, with what it owns. */
async function expectSame(
  { me, read, app, operator }: AnonymousWorld,
  id: string,
  headers: Record<string, string>,
  row: Row,
) {
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

test("a password makes an account of an anonymous user, who is the same in a new session", async () => {
  const world = await openAnonymousWorld();
  const { id, headers } = await world.guest();
  const given = { name: "Ann", email: "Ann@example.com", password: PASSWORD };
  const account = await entered(world, await world.app.send("/api/auth/sign-up/email", given, headers), headers);
  await expectSame(world, id, account, { email: "ann@example.com", name: "Ann", email_verified: false });
  const signedIn = await world.app.send("/api/auth/sign-in/email", { email: "ann@example.com", password: PASSWORD });
  expect(await signedIn.json()).toMatchObject({ user: { id } });
  expect(await world.message("ann@example.com", /(verify-email)/)).toBe("verify-email");
});

test("a code, a link and a link that changes the address prove it for the anonymous user", async () => {
  const world = await openAnonymousWorld();
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
  const world = await openAnonymousWorld();
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
  const { app, guest, message, me } = await openAnonymousWorld();
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
  const { app, guest, set, me } = await openAnonymousWorld();
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
  const { app, enter, message } = await openAnonymousWorld();
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
  const world = await openAnonymousWorld();
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
  const { app, operator, enter, message, set } = await openAnonymousWorld();
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
