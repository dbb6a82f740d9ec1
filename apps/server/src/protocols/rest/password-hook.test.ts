import { afterEach, expect, test } from "bun:test";
import { bearer, refusalIn } from "../../testing/app.ts";
import { openWithHooks, PASSWORD, stopReceiver } from "../../testing/hooks.ts";
import { verified } from "../../testing/signed-message.ts";

afterEach(stopReceiver);

const REFUSED = [403, "ATTEMPT_REFUSED"];

/** A workspace with Ben, whose program is asked about passwords. */
async function open(answer: () => Response) {
  const world = await openWithHooks(answer);
  const made = (await (await world.signUp("ben@example.com")).json()) as { token: string; user: { id: string } };
  const secret = await world.rotate();
  expect((await world.change({ password_check: world.url })).status).toBe(200);
  return { ...world, secret, ben: made.user.id, session: bearer(made.token) };
}

test("the program gets right and wrong attempts and those on unknown addresses, never the password", async () => {
  const { signIn, received, secret, ben } = await open(() => Response.json({ decision: "allow" }));
  expect((await signIn("Ben@example.com")).status).toBe(200);
  expect(await refusalIn(await signIn("ben@example.com", "wrong password"))).toEqual([401, "INVALID_CREDENTIALS"]);
  expect(await refusalIn(await signIn("nobody@example.com"))).toEqual([401, "INVALID_CREDENTIALS"]);
  const attempts = received.map((message) => verified(secret, message));
  expect(attempts.map(({ type }) => type)).toEqual(Array(3).fill("password.check"));
  const of = { workspace: expect.any(String), purpose: "sign_in" };
  expect(attempts.map(({ data }) => data)).toEqual([
    { ...of, user_id: ben, email: "ben@example.com", valid: true },
    { ...of, user_id: ben, email: "ben@example.com", valid: false },
    { ...of, user_id: null, email: "nobody@example.com", valid: false },
  ]);
  for (const { body } of received) {
    expect(body).not.toContain(PASSWORD);
    expect(body).not.toContain("wrong password");
  }
});

test("a refusal is answered alike for right, wrong and unknown, and recorded", async () => {
  const { signIn, events } = await open(() => Response.json({ decision: "deny" }));
  const refusals = [
    await refusalIn(await signIn("ben@example.com")),
    await refusalIn(await signIn("ben@example.com", "wrong password")),
    await refusalIn(await signIn("nobody@example.com")),
  ];
  expect(refusals).toEqual([REFUSED, REFUSED, REFUSED] as never);
  expect(await events("hook_refusal")).toMatchObject(Array(3).fill({ detail: { hook: "password_check" } }));
});

test("whoever is signed in confirms by a password only with the program's consent", async () => {
  let decision = "deny";
  const { send, received, secret, session, ben } = await open(() => Response.json({ decision }));
  const again = { current_password: PASSWORD, new_password: "another long password" };
  const change = () => send("/api/t/acme/auth/change-password", again, session);
  const stepUp = () => send("/api/t/acme/auth/step-up", { password: PASSWORD }, session);
  const enable = () => send("/api/t/acme/auth/two-factor/enable", { password: PASSWORD }, session);
  for (const attempt of [change, stepUp, enable]) expect(await refusalIn(await attempt())).toEqual(REFUSED as never);
  expect(received.map((message) => verified(secret, message).data)).toEqual(
    Array(3).fill(expect.objectContaining({ user_id: ben, valid: true, purpose: "confirmation" })),
  );
  decision = "allow";
  expect((await stepUp()).status).toBe(200);
  expect((await change()).status).toBe(200);
});

test("without a clear answer nobody signs in by a password", async () => {
  const { signIn, events } = await open(() => new Response("busy", { status: 500 }));
  for (const email of ["ben@example.com", "nobody@example.com"]) {
    expect(await refusalIn(await signIn(email))).toEqual([503, "UNAVAILABLE"]);
  }
  stopReceiver();
  expect((await signIn("ben@example.com")).status).toBe(503);
  const details = (await events("hook_failure")).map(({ detail }) => detail);
  expect(details).toContainEqual({ hook: "password_check", reason: "status 500" });
  expect(details).toContainEqual({
    hook: "password_check",
    reason: expect.stringContaining("unreachable: ") as string,
  });
});
