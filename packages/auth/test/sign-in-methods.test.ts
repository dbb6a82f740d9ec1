import { describe, expect, test } from "bun:test";
import { PlinthError } from "@plinth/core";
import { codeFor, enrol } from "./authenticator.ts";
import { APP_URL, openAuth } from "./fixture.ts";
import { addPasskey, mailTo, openWorld, SIGN_INS } from "./sign-in-methods-table.ts";
import { softwareAuthenticator } from "./software-authenticator.ts";

/** Passwords are hashed as on a server, several in a test. */

const EMAIL = "ada@example.com";

async function codeOf(answer: Promise<unknown>): Promise<string | undefined> {
  return answer.then(
    () => undefined,
    (error: unknown) => (error instanceof PlinthError ? error.code : String(error)),
  );
}

describe.each(SIGN_INS.map((method) => [method.name, method] as const))("sign-in by %s", (_name, method) => {
  test("begins a session that says so, and is in the security log", async () => {
    const world = await openWorld();
    const token = await world.signUp();
    await method.prepare?.(world, EMAIL, token);
    world.events.length = 0;
    const answer = await method.enter(world, EMAIL);
    expect(answer.headers.get("set-auth-token")).toContain(".");
    expect(world.events).toEqual(method.linksAccount ? ["account_link", "sign_in"] : ["sign_in"]);
    const [session] = await world.rows(
      "select methods, authenticated_at from plinth_sessions order by id desc limit 1",
    );
    expect(session).toEqual({ methods: method.method, authenticated_at: expect.any(Number) });
  });

  if (method.isTwoFactors) {
    test("is two factors, and asks for no other", async () => {
      const world = await openWorld();
      const token = await world.signUp();
      await method.prepare?.(world, EMAIL, token);
      await enrol(world, token);
      expect((await method.enter(world, EMAIL)).headers.get("set-auth-token")).toContain(".");
    });
  } else {
    test("asks for the second factor, and begins no session before it", async () => {
      const world = await openWorld();
      const token = await world.signUp();
      await method.prepare?.(world, EMAIL, token);
      const uri = await enrol(world, token);
      await world.rows("update plinth_users set email_verified = 1");
      const before = await world.rows("select id from plinth_sessions");
      const asked = await method.enter(world, EMAIL);
      expect(asked.headers.get("set-auth-token")).toBeNull();
      const { challenge } = (await asked.json()) as { challenge: string };
      expect(await world.rows("select id from plinth_sessions")).toEqual(before);
      const done = await world.post("/two-factor/verify-totp", { challenge, code: await codeFor(uri) });
      expect(done.headers.get("set-auth-token")).toContain(".");
      const [session] = await world.rows("select methods from plinth_sessions order by id desc limit 1");
      expect(session).toEqual({ methods: `${method.method} totp` });
    });
  }

  test("is closed to a blocked user", async () => {
    const world = await openWorld();
    const token = await world.signUp();
    await method.prepare?.(world, EMAIL, token);
    const [{ id }] = (await world.rows("select id from plinth_users")) as [{ id: string }];
    world.blocked.add(id);
    await world.rows("update plinth_users set email_verified = 1");
    const before = await world.rows("select id from plinth_sessions");
    await expect(method.enter(world, EMAIL)).rejects.toThrow();
    expect(await world.rows("select id from plinth_sessions")).toEqual(before);
  });

  if (method.makesAccounts) {
    test("makes an account, with the statements that admit it", async () => {
      const joined = { sql: "insert into plinth_settings (key, value) values ('admitted', 'yes')", params: [] };
      const world = await openWorld({ admit: async () => () => [joined] });
      const answer = await method.enter(world, EMAIL);
      expect(answer.headers.get("set-auth-token")).toContain(".");
      expect(world.events).toEqual(["sign_up", "sign_in"]);
      expect(await world.rows("select value from plinth_settings where key = 'admitted'")).toEqual([{ value: "yes" }]);
      expect(world.mails.map(({ kind }) => kind)).not.toContain("verify_email");
    });

    test("makes none where sign-up is refused, and asking is answered alike", async () => {
      const refuse = async () => Promise.reject(new PlinthError("SIGN_UP_CLOSED"));
      const world = await openWorld({ admit: refuse });
      await expect(method.enter(world, EMAIL)).rejects.toThrow(/no mail|accepts no new accounts/);
      expect(world.mails).toEqual([]);
      expect(await world.rows("select id from plinth_users")).toEqual([]);
    });
  }

  if (method.provesAddress) {
    test("takes an account from the person who signed it up before without owning the address", async () => {
      const world = await openWorld();
      const attacker = await world.signUp();
      await addPasskey(world, attacker, await softwareAuthenticator({ origin: APP_URL }));
      await enrol(world, attacker);
      const answer = await method.enter(world, EMAIL);
      expect(answer.headers.get("set-auth-token")).toContain(".");
      expect(await world.rows("select email_verified, two_factor_enabled from plinth_users")).toEqual([
        { email_verified: 1, two_factor_enabled: 0 },
      ]);
      expect(await world.rows("select id from plinth_accounts")).toHaveLength(method.linksAccount ? 1 : 0);
      expect(await world.rows("select id from plinth_accounts where password is not null")).toEqual([]);
      expect(await world.rows("select id from plinth_second_factors")).toEqual([]);
      expect(await world.rows("select id from plinth_passkeys")).toEqual([]);
      expect(await world.rows("select id from plinth_sessions")).toHaveLength(1);
      expect(await world.auth.session(attacker, { extend: false })).toBeNull();
    });

    test("leaves an account as it is whose address was proven before", async () => {
      const world = await openWorld();
      const session = await world.signUp();
      await world.rows("update plinth_users set email_verified = 1");
      await method.enter(world, EMAIL);
      expect(await world.rows("select id from plinth_accounts where password is not null")).toHaveLength(1);
      expect(await world.auth.session(session, { extend: false })).not.toBeNull();
    });
  }
});

test("a reset takes the second factor of the person who signed up an address that was never proven", async () => {
  const world = await openWorld();
  await enrol(world, await world.signUp());
  await world.post("/request-password-reset", { email: EMAIL });
  const token = new URL(mailTo(world, EMAIL, "reset_password").url!).searchParams.get("token");
  await world.post("/reset-password", { token, new_password: "another horse" });
  const answer = await world.post("/sign-in/email", { email: EMAIL, password: "another horse" });
  expect(answer.headers.get("set-auth-token")).toContain(".");
});

describe("a link or a code", () => {
  const ask = { link: "/sign-in/magic-link", code: "/email-otp/send-verification-otp" };

  test("is stored only as a hash", async () => {
    const world = await openWorld();
    await world.post(ask.link, { email: EMAIL });
    await world.post(ask.code, { email: EMAIL, type: "sign-in" });
    const token = new URL(mailTo(world, EMAIL, "magic_link").url!).searchParams.get("token")!;
    const stored = JSON.stringify(await world.rows("select * from plinth_verifications"));
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(mailTo(world, EMAIL, "email_code").code!);
  });

  test("works once, also when two servers get it at the same time", async () => {
    const world = await openWorld();
    const other = await openAuth(
      { mails: { queue: async () => [], countCode: async () => "", queued: () => {}, probe: async () => {} } },
      world.driver,
    );
    await world.post(ask.link, { email: EMAIL });
    const path = `/magic-link/verify?token=${new URL(mailTo(world, EMAIL, "magic_link").url!).searchParams.get("token")}`;
    const outcomes = await Promise.all([codeOf(world.get(path)), codeOf(other.get(path))]);
    expect(outcomes.toSorted()).toEqual(["VALIDATION", undefined]);
    expect(await codeOf(world.get(path))).toBe("VALIDATION");
  });

  test("a code allows three wrong ones, and no right one after them", async () => {
    const world = await openWorld();
    await world.post(ask.code, { email: EMAIL, type: "sign-in" });
    const { code } = mailTo(world, EMAIL, "email_code");
    const wrong = code === "000000" ? "111111" : "000000";
    for (let i = 0; i < 3; i++)
      expect(await codeOf(world.post("/sign-in/email-otp", { email: EMAIL, otp: wrong }))).toBe("INVALID_CODE");
    expect(await codeOf(world.post("/sign-in/email-otp", { email: EMAIL, otp: code }))).toBe("INVALID_CODE");
  });

  test("is over after ten minutes", async () => {
    const world = await openWorld();
    await world.post(ask.link, { email: EMAIL });
    await world.post(ask.code, { email: EMAIL, type: "sign-in" });
    await world.rows("update plinth_verifications set expires_at = expires_at - 600000");
    const token = new URL(mailTo(world, EMAIL, "magic_link").url!).searchParams.get("token");
    expect(await codeOf(world.get(`/magic-link/verify?token=${token}`))).toBe("VALIDATION");
    const { code } = mailTo(world, EMAIL, "email_code");
    expect(await codeOf(world.post("/sign-in/email-otp", { email: EMAIL, otp: code }))).toBe("INVALID_CODE");
  });

  test("a code for one address opens no other", async () => {
    const world = await openWorld();
    await world.signUp("bob@example.com");
    await world.post(ask.code, { email: EMAIL, type: "sign-in" });
    const { code } = mailTo(world, EMAIL, "email_code");
    expect(await codeOf(world.post("/sign-in/email-otp", { email: "bob@example.com", otp: code }))).toBe(
      "INVALID_CODE",
    );
  });

  test("cannot be asked for where no mail is sent", async () => {
    const { post } = await openAuth();
    for (const path of Object.values(ask)) {
      expect(await codeOf(post(path, { email: EMAIL, type: "sign-in" }))).toBe("MAIL_NOT_CONFIGURED");
    }
  });
});
