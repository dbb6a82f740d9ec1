/** Every way to sign in. */
import { expect, test } from "bun:test";
import { APP_URL } from "../../apps/server/src/testing/app.ts";
import { codeFor } from "../../packages/auth/test/authenticator.ts";
import type { AuthEvent, SecondFactorRequired } from "../../packages/client/src/index.ts";
import { codeIn, member, open, PASSWORD, pool, refusal, tokenTo, world } from "./client-world.ts";

test("sign-up, the session of a later visit, the profile, and sign-out", async () => {
  const browser = await open();
  const { auth } = browser.open();
  expect(await auth.session()).toBeUndefined();
  const events: AuthEvent[] = [];
  auth.onAuthChange((event) => events.push(event));
  const up = await auth.password.signUp({ name: "Ada", email: "ada@acme.test", password: PASSWORD });
  expect(up).toMatchObject({
    status: "signed_in",
    session: { user: { email: "ada@acme.test", email_verified: false } },
  });
  expect(await auth.email.sendVerification("ada@acme.test")).toEqual({ status: true });
  await auth.email.verify(await tokenTo("ada@acme.test", "verify_email"));
  expect((await auth.session())?.user.email_verified).toBe(true);
  expect((await auth.account.update({ name: "Ada Lovelace" })).name).toBe("Ada Lovelace");

  const later = browser.open().auth;
  expect((await later.session())?.user.name).toBe("Ada Lovelace");
  expect(await later.account.me()).toMatchObject({ kind: "user", email: "ada@acme.test", workspace: { slug: "acme" } });
  const read = await later.fetch(`${APP_URL}/api/t/acme/me`);
  expect(((await read.json()) as { data: object }).data).toMatchObject({ name: "Ada Lovelace" });
  await later.signOut();
  expect(await auth.session()).toBeUndefined();
  expect(await refusal(auth.account.get())).toBe("UNAUTHORIZED");
  // By the other tab.
  while (!events.includes("signed_out")) await Bun.sleep(5);
  expect(events).toEqual(["initial", "signed_in", "user_changed", "user_changed", "signed_out"]);
});

test("a password is refused, changed, and reset by mail", async () => {
  const email = "ben@acme.test";
  const { auth, open: again } = await member(email);
  const before = (await auth.session())!.access_token;
  expect(await refusal(auth.password.change({ current_password: "wrong", new_password: "a new horse" }))).toBe(
    "INVALID_CREDENTIALS",
  );
  await auth.password.change({ current_password: PASSWORD, new_password: "a new horse battery" });
  expect((await auth.session())!.access_token).not.toBe(before);
  expect((await auth.account.get()).email).toBe(email);
  expect(await auth.password.forgot(email, { callback_url: "/" })).toMatchObject({ status: true });
  const token = await tokenTo(email, "reset_password");
  await auth.password.reset({ token, new_password: "another horse battery" });
  // A reset ends every session: the client finds out, and forgets its own.
  expect(await refusal(auth.account.get())).toBe("UNAUTHORIZED");
  expect(await auth.session()).toBeUndefined();
  const other = again().auth;
  const wrong = other.password.signIn({ email, password: PASSWORD });
  expect(await wrong.catch((error) => error)).toMatchObject({
    name: "PlinthClientError",
    code: "INVALID_CREDENTIALS",
    status: 401,
  });
  const signedIn = await other.password.signIn({ email, password: "another horse battery" });
  expect(signedIn.status).toBe("signed_in");
});

test("a link, a code by mail and a code by phone sign in", async () => {
  const email = "cleo@acme.test";
  const { auth } = (await open()).open();
  await auth.magicLink.send({ email, name: "Cleo" });
  expect(await auth.magicLink.signIn(await tokenTo(email, "magic_link"))).toMatchObject({
    status: "signed_in",
    session: { user: { email, name: "Cleo", email_verified: true } },
  });
  await auth.emailCode.send(email);
  const otp = codeIn(await pool.mailTo(email, "email_code"));
  expect((await auth.emailCode.signIn({ email, otp })).status).toBe("signed_in");

  const phone = "+4915112345678";
  await auth.phone.change(phone);
  const numbered = await auth.phone.verify({ phone, code: codeIn(await pool.mailTo(phone, "phone_code")) });
  expect(numbered.phone).toBe(phone);
  await auth.signOut();
  await auth.phone.sendCode(phone);
  const code = codeIn(await pool.mailTo(phone, "phone_code"));
  expect((await auth.phone.signIn({ phone, code })).status).toBe("signed_in");
  expect(await auth.account.me()).toMatchObject({ phone });
  await auth.phone.remove();
  expect((await auth.account.me()).phone).toBeUndefined();
});

test("an anonymous user is the same one with an account; a number makes an account of its own", async () => {
  const settings = { anonymous: { sign_in: true }, phone: { sign_up: true } };
  await pool.ask("patch", { path: "/api/auth-settings", headers: pool.operator, body: settings });
  const { auth } = (await open()).open();
  const { session } = await auth.anonymous.signIn({ name: "Guest" });
  expect(session.user).toMatchObject({ name: "Guest", email: null, is_anonymous: true });
  expect(await refusal(auth.anonymous.signIn())).toBe("CONFLICT");
  const known = { email: "cleo@acme.test", otp: "000000" };
  expect(await refusal(auth.emailCode.signIn(known))).toBe("INVALID_CODE");
  const up = await auth.password.signUp({ name: "Nia", email: "nia@acme.test", password: PASSWORD });
  expect(up).toMatchObject({ session: { user: { id: session.user.id, email: "nia@acme.test", is_anonymous: false } } });
  expect(await auth.account.me()).toMatchObject({ id: session.user.id, email: "nia@acme.test" });

  const other = (await open()).open().auth;
  const phone = "+4915100000001";
  await other.phone.sendCode(phone);
  const code = codeIn(await pool.mailTo(phone, "phone_code"));
  expect(await other.phone.signIn({ phone, code, name: "Ola" })).toMatchObject({
    session: { user: { name: "Ola", email: null } },
  });
});

test("a second factor is asked for by every kind of sign-in, until it is removed", async () => {
  const email = "dora@acme.test";
  const { auth } = await member(email);
  const { totp_uri, backup_codes } = await auth.secondFactor.enable({ password: PASSWORD });
  await auth.secondFactor.confirm(await codeFor(totp_uri, 0));
  expect((await auth.account.get()).two_factor_enabled).toBe(true);
  await auth.signOut();

  const entered = (await auth.password.signIn({ email, password: PASSWORD })) as SecondFactorRequired;
  expect(entered).toMatchObject({ status: "second_factor_required", methods: ["totp"] });
  expect(await auth.session()).toBeUndefined();
  expect(await refusal(entered.verify("000000"))).toBe("INVALID_CODE");
  const verified = await entered.verify(await codeFor(totp_uri), { trust_device: true });
  expect(verified.session.user.email).toBe(email);
  await auth.signOut();
  expect((await auth.password.signIn({ email, password: PASSWORD })).status).toBe("signed_in");

  const elsewhere = (await open()).open().auth;
  await elsewhere.magicLink.send({ email });
  const linked = (await elsewhere.magicLink.signIn(await tokenTo(email, "magic_link"))) as SecondFactorRequired;
  expect((await linked.recover(backup_codes[0]!)).status).toBe("signed_in");
  expect(await elsewhere.secondFactor.replaceRecoveryCodes({ password: PASSWORD })).toHaveLength(10);
  await elsewhere.secondFactor.disable({ password: PASSWORD });
  expect((await elsewhere.account.get()).two_factor_enabled).toBe(false);
  await elsewhere.signOut();
  expect((await elsewhere.password.signIn({ email, password: PASSWORD })).status).toBe("signed_in");
});

test("a passkey is added, named, offered, signs in, and is removed", async () => {
  const { auth, open: again } = await member("eve@acme.test");
  const { id } = await auth.passkeys.add("My phone");
  await auth.passkeys.rename(id, "My old phone");
  expect(await auth.passkeys.list()).toMatchObject([{ id, name: "My old phone" }]);
  await auth.signOut();
  expect((await auth.passkeys.signIn()).session.user.email).toBe("eve@acme.test");
  await auth.signOut();
  expect((await auth.passkeys.offer())?.session.user.email).toBe("eve@acme.test");
  await auth.passkeys.remove(id);
  expect(await auth.passkeys.list()).toEqual([]);

  const cancels = async () => {
    throw new DOMException("no", "NotAllowedError");
  };
  const cancelled = again({ webAuthn: { create: cancels, get: cancels, canOffer: async () => false } }).auth;
  expect(await refusal(cancelled.passkeys.signIn())).toBe("PASSKEY_CANCELLED");
  expect(await cancelled.passkeys.offer()).toBeUndefined();
  expect(await refusal(again({ webAuthn: undefined } as never).auth.passkeys.signIn())).toBe("PASSKEY_UNSUPPORTED");
});

test("a provider signs in, is linked, and is unlinked", async () => {
  const { oidc, subjects } = world;
  subjects.fay = { email: "fay@acme.test", email_verified: true, name: "Fay" };
  subjects.other = { email: "fay@elsewhere.test", email_verified: true, name: "Fay" };
  const browser = await open();
  const { auth } = browser.open();
  expect(await auth.providers.list()).toEqual([{ name: "sso", label: "SSO", kind: "oidc" }]);

  const { url } = await auth.providers.start({ provider: "sso", callback_url: "/welcome" });
  const page = await browser.visit(await oidc.signIn(url, "fay"));
  expect(page).toBe(`${APP_URL}/welcome`);
  const entered = await auth.providers.finish(page);
  expect(entered).toMatchObject({ status: "signed_in", session: { user: { email: "fay@acme.test" } } });
  // The session's own token is a cookie, which no script can read.
  expect(await browser.storage.getItem("plinth.session")).not.toContain('"token"');
  expect((await auth.account.update({ name: "Fay F." })).name).toBe("Fay F.");

  const connect = await auth.providers.connect({ provider: "sso", callback_url: "/account" });
  await browser.visit(await oidc.signIn(connect.url, "other"));
  const linked = await auth.providers.linked();
  expect(linked).toHaveLength(2);
  await auth.providers.unlink(linked[1]!.id);
  expect(await refusal(auth.providers.unlink(linked[0]!.id))).toBe("CONFLICT");
  await auth.signOut();
  expect(await refusal(auth.adopt())).toBe("UNAUTHORIZED");

  const link = auth.providers.link({ provider: "sso", callback_url: "/welcome" });
  expect(await browser.visit(await oidc.refuse(await browser.visit(link)))).toContain("error=access_denied");
  expect(await refusal(auth.providers.finish("/welcome?error=access_denied"))).toBe("ACCESS_DENIED");
  expect((await auth.providers.finish("/welcome?error=second_factor_required")).status).toBe("second_factor_required");
});
