import { afterEach, expect, test } from "bun:test";
import { bearer } from "../../testing/app.ts";
import { openWithHooks, PASSWORD, stopReceiver } from "../../testing/hooks.ts";
import { verified } from "../../testing/signed-message.ts";

afterEach(stopReceiver);

const HOUR_MS = 3_600_000;

/** A workspace whose program hears of sign-ins, at a time that the test sets. */
async function open(answer: () => Response | Promise<Response>) {
  let ahead = 0;
  const world = await openWithHooks(answer, { clock: { now: () => Date.now() + ahead } });
  const secret = await world.rotate();
  expect((await world.change({ after_sign_in: world.url })).status).toBe(200);
  const waiting = () => world.driver.all({ sql: "select attempts from plinth_hook_messages", params: [] });
  /** Sends what is due some time later, until all is as it should be. A tick that runs already does not begin again. */
  const later = async (ms: number, done: () => unknown) => {
    ahead += ms;
    await world.app.tick();
    while (!(await done())) {
      await Bun.sleep(5);
      await world.app.tick();
    }
  };
  const isEmpty = async () => (await waiting()).length === 0;
  return { ...world, secret, isEmpty, later };
}

test("the program hears of each sign-in, and nobody waits for it", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { signUp, signIn, received, secret, isEmpty, later } = await open(async () => {
    await held;
    return new Response();
  });
  const { user } = (await (await signUp("ben@example.com")).json()) as { user: { id: string } };
  expect((await signIn("ben@example.com")).status).toBe(200);
  expect((await signIn("ben@example.com", "wrong password")).status).toBe(401);
  release();
  await later(0, isEmpty);
  const messages = received.map((message) => verified(secret, message));
  expect(messages.map(({ type, data }) => [type, data.user_id])).toEqual(Array(2).fill(["sign_in.after", user.id]));
  expect(messages[1]!.data).toEqual({
    workspace: expect.any(String),
    user_id: user.id,
    email: "ben@example.com",
    session_id: expect.any(String),
    methods: ["pwd"],
    address: "127.0.0.1",
    device: null,
  });
  expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(2);
});

test("a new session in place of the current one is no sign-in", async () => {
  const { signUp, send, later, isEmpty, received } = await open(() => new Response());
  const { token } = (await (await signUp("ben@example.com")).json()) as { token: string };
  const passwords = { current_password: PASSWORD, new_password: "another long password" };
  expect((await send("/api/t/acme/auth/change-password", passwords, bearer(token))).status).toBe(200);
  await later(0, isEmpty);
  expect(received).toHaveLength(1);
});

test("a message comes again under its id until it is accepted, and is given up after a day", async () => {
  let status = 500;
  const { signUp, later, received, isEmpty, events } = await open(() => new Response(null, { status }));
  await signUp("ben@example.com");
  await later(0, () => received.length === 1);
  await later(HOUR_MS, () => received.length === 2);
  expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  status = 204;
  await later(HOUR_MS, isEmpty);
  expect(await events("hook_failure")).toEqual([]);
  status = 500;
  await signUp("eve@example.com");
  await later(0, () => received.length === 4);
  await later(24 * HOUR_MS, isEmpty);
  expect(await events("hook_failure")).toMatchObject([{ detail: { hook: "after_sign_in", reason: "status 500" } }]);
});

test("messages of a user who is deleted, or for a program that is gone, are not sent", async () => {
  const { signUp, call, later, received, isEmpty, change, operator } = await open(
    () => new Response(null, { status: 500 }),
  );
  const { user } = (await (await signUp("ben@example.com")).json()) as { user: { id: string } };
  await later(0, () => received.length === 1);
  const deleted = await call(`/api/t/acme/users/${user.id}?items=release`, { method: "DELETE", headers: operator });
  expect(deleted.status).toBe(200);
  expect(await isEmpty()).toBe(true);
  await signUp("eve@example.com");
  await later(0, () => received.length === 2);
  await change({ after_sign_in: null });
  await later(HOUR_MS, isEmpty);
  expect(received).toHaveLength(2);
});
