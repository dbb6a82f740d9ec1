/** Users without an account, by every sign-in method: the user stays the same, and never becomes another one. */
import { describe, expect, test } from "bun:test";
import { PlinthError } from "@plinth/core";
import { endAnonymityQueries } from "@plinth/db";
import { UPGRADED } from "../src/index.ts";
import { APP_URL } from "./fixture.ts";
import { addPasskey, enterByPasskey, openWorld, SIGN_INS, type World } from "./sign-in-methods-table.ts";
import { softwareAuthenticator } from "./software-authenticator.ts";

/** Passwords are hashed as on a server, several in a test. */

const EMAIL = "ada@example.com";

async function openGuest(): Promise<{ world: World; id: string; token: string; headers: { authorization: string } }> {
  const world = await openWorld({
    onUpgraded: (userId, email) => endAnonymityQueries(world.driver, { userId, email }, UPGRADED),
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
    expect(answer.headers.get("set-auth-token")).toContain(".");
    expect(await users(world)).toEqual([{ id, email: EMAIL, email_verified: 1, is_anonymous: 0 }]);
    expect(world.events).toEqual(["user_upgrade", "sign_in"]);
    expect((await world.rows("select user_id from plinth_sessions")).map(({ user_id }) => user_id)).toEqual([id, id]);
    const session = await world.get("/get-session", headers);
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
  expect(world.events.splice(0)).toEqual(["passkey_add", "user_upgrade"]);
  expect(await users(world)).toMatchObject([{ id, is_anonymous: 0 }]);
  expect(await (await enterByPasskey(world, authenticator)).json()).toMatchObject({ user: { id, email: null } });
});
