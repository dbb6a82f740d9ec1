/** Users without an account, by every sign-in method: the user stays the same, and never becomes another one. */
import { describe, expect, test } from "bun:test";
import { PlinthError } from "@plinth/core";
import { endAnonymousSessions, mustBeAnonymous } from "@plinth/db";
import { UPGRADED } from "../src/index.ts";
import { APP_URL } from "./fixture.ts";
import { addPasskey, enterByPasskey, mailTo, openWorld, SIGN_INS, type World } from "./sign-in-methods-table.ts";
import { softwareAuthenticator } from "./software-authenticator.ts";

/** Passwords are hashed as on a server, several in a test. */

const EMAIL = "ada@example.com";
const PHONE = "+4915112345678";

async function openGuest(
  options: Parameters<typeof openWorld>[0] = {},
): Promise<{ world: World; id: string; token: string; headers: { authorization: string } }> {
  const world = await openWorld({
    beforeUpgrade: ({ userId, session }) => [
      ...mustBeAnonymous(world.driver, userId, UPGRADED),
      ...endAnonymousSessions(world.driver, userId, session),
    ],
    ...options,
  });
  const answer = await world.post("/sign-in/anonymous", {});
  const { token, user } = (await answer.json()) as { token: string; user: { id: string; is_anonymous: boolean } };
  expect(user).toMatchObject({ is_anonymous: true, email: null });
  expect(world.events.splice(0)).toEqual(["sign_up", "sign_in"]);
  return { world, id: user.id, token, headers: { authorization: `Bearer ${token}` } };
}

const users = ({ rows }: World) => rows("select id, email, email_verified, is_anonymous from plinth_users order by id");

describe.each(SIGN_INS.filter((one) => one.makesAccounts).map((one) => [one.name, one] as const))("%s", (_, method) => {
  test("makes an account of the anonymous user", async () => {
    const { world, id, headers } = await openGuest();
    const answer = await method.enter(world, EMAIL, headers);
    const entered = answer.headers.get("set-auth-token")!;
    expect(await users(world)).toEqual([{ id, email: EMAIL, email_verified: 1, is_anonymous: 0 }]);
    expect(world.events).toEqual(["user_upgrade", "sign_in"]);
    expect(await world.rows("select user_id, methods from plinth_sessions")).toEqual([
      { user_id: id, methods: method.method },
    ]);
    expect(await (await world.get("/get-session", headers)).json()).toBeNull();
    const session = await world.get("/get-session", { authorization: `Bearer ${entered}` });
    expect(await session.json()).toMatchObject({ user: { id, email: EMAIL, is_anonymous: false } });
  });
});

describe.each(SIGN_INS.map((one) => [one.name, one] as const))("%s", (_, method) => {
  test("does not lead an anonymous user to another account", async () => {
    const { world, id, headers } = await openGuest();
    const token = await world.signUp();
    await method.prepare?.(world, EMAIL, token);
    await world.rows("update plinth_users set email_verified = 1 where is_anonymous = 0");
    const before = await users(world);
    const code = await method.enter(world, EMAIL, headers).then(
      (answer) => new URL(answer.headers.get("location") ?? APP_URL).searchParams.get("error")?.toUpperCase(),
      (error: unknown) => (error instanceof PlinthError ? error.code : String(error)),
    );
    expect(code).toBe("ANONYMOUS_SESSION");
    expect(await users(world)).toEqual(before);
    const session = await world.get("/get-session", headers);
    expect(await session.json()).toMatchObject({ user: { id, is_anonymous: true } });
  });
});

test("a passkey makes an account of the anonymous user, and signs in as that user", async () => {
  const { world, id, token } = await openGuest();
  const authenticator = await softwareAuthenticator({ origin: APP_URL });
  expect((await addPasskey(world, token, authenticator)).status).toBe(200);
  expect(world.events.splice(0)).toEqual(["user_upgrade", "passkey_add"]);
  expect(await users(world)).toMatchObject([{ id, is_anonymous: 0 }]);
  expect(await (await enterByPasskey(world, authenticator)).json()).toMatchObject({ user: { id, email: null } });
});

/** What adds a sign-in method to the user of a session, in the session. */
const ADDED = {
  mail: {
    method: "mail",
    proof: "magic_link",
    async add(world: World, token: string) {
      const headers = { authorization: `Bearer ${token}` };
      await world.post("/change-email", { new_email: EMAIL }, headers);
      const { url } = mailTo(world, EMAIL, "confirm_new_email");
      return world.get(`/verify-email?token=${new URL(url!).searchParams.get("token")}`, headers);
    },
  },
  phone: {
    method: "phone",
    proof: "phone_code",
    async add(world: World, token: string) {
      const headers = { authorization: `Bearer ${token}` };
      await world.post("/change-phone", { phone: PHONE }, headers);
      return world.post("/verify-phone", { phone: PHONE, code: world.messages.at(-1)?.code }, headers);
    },
  },
  passkey: {
    method: "passkey",
    proof: "passkey",
    add: async (world: World, token: string) =>
      addPasskey(world, token, await softwareAuthenticator({ origin: APP_URL })),
  },
} as const;

describe.each(Object.entries(ADDED))("an added %s", (kind, { method, proof, add }) => {
  test("asks what is asked of new accounts", async () => {
    const asked: unknown[] = [];
    let refusal: PlinthError | undefined;
    const { world, id, token, headers } = await openGuest({
      admit: async (email) => {
        asked.push(email);
        if (refusal) throw refusal;
        return () => [];
      },
      beforeSignUp: async ({ email, method }) => {
        asked.push({ email, method });
        return undefined;
      },
    });
    asked.splice(0);
    // Before anything is sent or made, or where it is to be confirmed.
    for (const code of ["SIGN_UP_CLOSED", "EMAIL_NOT_ALLOWED"] as const) {
      refusal = new PlinthError(code, undefined, { field: "email" });
      const refused = await add(world, token).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (kind === "mail") expect(world.mails).toEqual([]);
      else expect(refused).toMatchObject({ code, details: { field: "email" } });
    }
    expect(await users(world)).toMatchObject([{ id, is_anonymous: 1 }]);
    expect(world.messages).toEqual([]);
    expect(await world.rows("select id from plinth_passkeys")).toEqual([]);
    refusal = undefined;
    asked.splice(0);
    expect((await add(world, token)).status).toBe(200);
    const email = kind === "mail" ? EMAIL : null;
    expect(asked).toEqual([email, email, { email, method }]);
    const session = await world.get("/get-session", headers);
    expect(await session.json()).toMatchObject({ user: { id, is_anonymous: false } });
  });

  test("is the proof of its session, and the only one", async () => {
    const { world, id, token, headers } = await openGuest();
    const began = (await world.rows("select authenticated_at from plinth_sessions"))[0]!.authenticated_at as number;
    const copied = "workspace_id, user_id, expires_at, created_at, updated_at, methods, authenticated_at";
    await world.rows(
      `insert into plinth_sessions (id, token, ${copied}) select 'other', 'other', ${copied} from plinth_sessions`,
    );
    await world.rows("update plinth_sessions set methods = 'anonymous totp' where id = 'other'");
    expect((await add(world, token)).status).toBe(200);
    const [kept, ...others] = await world.rows("select user_id, methods, authenticated_at from plinth_sessions");
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ user_id: id, methods: proof });
    expect(kept!.authenticated_at as number).toBeGreaterThanOrEqual(began);
    expect(await (await world.get("/get-session", headers)).json()).toMatchObject({ user: { id } });
  });
});

test("a link to a new address that is opened without the session ends it", async () => {
  const { world, id, headers } = await openGuest();
  await world.post("/change-email", { new_email: EMAIL }, headers);
  const { url } = mailTo(world, EMAIL, "confirm_new_email");
  await world.get(`/verify-email?token=${new URL(url!).searchParams.get("token")}`);
  expect(await users(world)).toEqual([{ id, email: EMAIL, email_verified: 1, is_anonymous: 0 }]);
  expect(await world.rows("select id from plinth_sessions")).toEqual([]);
});

const AT_ONCE = [
  ...Object.entries(ADDED).map(([name, { add }]) => [name, add] as const),
  ...SIGN_INS.filter((one) => one.makesAccounts).map(
    ({ name, enter }) =>
      [name, (world: World, token: string) => enter(world, EMAIL, { authorization: `Bearer ${token}` })] as const,
  ),
];

test.each(AT_ONCE)(
  "%s: whoever has made an account by the time of the write is refused, and nothing is written",
  async (_, add) => {
    const made = { sql: "update plinth_users set is_anonymous = 0", params: [] };
    const { world, id, token } = await openGuest({
      beforeUpgrade: ({ userId }) => [made, ...mustBeAnonymous(world.driver, userId, UPGRADED)],
    });
    const answer = await add(world, token).catch((error: unknown) => error);
    if (answer instanceof Response) expect(answer.headers.get("location")).toContain("error=conflict");
    else expect(answer).toMatchObject({ code: "CONFLICT" });
    expect(await users(world)).toMatchObject([{ id, is_anonymous: 1, email_verified: 0 }]);
    expect(await world.rows("select user_id, methods from plinth_sessions")).toEqual([
      { user_id: id, methods: "anonymous" },
    ]);
    for (const table of ["plinth_passkeys", "plinth_accounts"])
      expect(await world.rows(`select id from ${table}`)).toEqual([]);
  },
);

test("a second factor is refused, as there is no first one", async () => {
  const { world, headers } = await openGuest();
  const refused = await world.post("/two-factor/enable", {}, headers).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "CONFLICT" });
  expect(await world.rows("select id from plinth_second_factors")).toEqual([]);
});

test("a sign-up ends every session from before, however it is marked", async () => {
  const { world, id, headers } = await openGuest();
  await world.rows("update plinth_sessions set methods = 'anonymous totp'");
  await world.post("/sign-up/email", { name: "Ada", email: EMAIL, password: "correct horse" }, headers);
  expect(await world.rows("select user_id, methods from plinth_sessions")).toEqual([{ user_id: id, methods: "pwd" }]);
});

test("somebody else's link makes no account of an anonymous user, and is not used up by that", async () => {
  const { world, id, token, headers } = await openGuest();
  await world.post("/sign-in/magic-link", { email: EMAIL });
  const link = new URL(mailTo(world, EMAIL, "magic_link").url!).searchParams.get("token");
  const refused = await world.get(`/magic-link/verify?token=${link}`, headers).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "ANONYMOUS_SESSION", details: { email: EMAIL } });
  expect(await users(world)).toMatchObject([{ id, is_anonymous: 1 }]);
  const entered = await world.get(`/magic-link/verify?token=${link}&replace_session=true`, headers);
  expect(await entered.json()).toMatchObject({ user: { email: EMAIL, is_anonymous: false } });
  const [guest, ...others] = await users(world);
  expect(guest).toMatchObject({ id, is_anonymous: 1 });
  expect(others).toMatchObject([{ email: EMAIL, is_anonymous: 0 }]);
  expect(await (await world.get("/get-session", { authorization: `Bearer ${token}` })).json()).toMatchObject({
    user: { id, is_anonymous: true },
  });
});

test("a number that is added while another request makes the account does not replace that one's", async () => {
  const other = "+4915100000000";
  const { world, token } = await openGuest({
    attempt: async () => {
      await world.rows(`update plinth_users set is_anonymous = 0, phone = '${other}'`);
      return { succeeded: async () => {}, notTried: async () => {} };
    },
  });
  const refused = await ADDED.phone.add(world, token).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "CONFLICT" });
  expect(await world.rows("select phone from plinth_users")).toEqual([{ phone: other }]);
});
