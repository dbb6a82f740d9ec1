/** Whoever knows a password must neither guess the second factor, nor keep its owner out. */
import { describe, expect, test } from "bun:test";
import type { Config } from "@plinth/core";
import { bearer, type TestApp, testApp } from "../../apps/server/src/testing/app.ts";
import { codeFor } from "../../packages/auth/test/authenticator.ts";

const PASSWORD = "correct horse";
const EMAIL = "owner@example.com";
/** Not that of any step that counts. */
const WRONG = "no code";

/** Stands still: however slow the machine is, no wait ends. */
const NOW = Date.now();
const clock = { now: () => NOW };

const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((one) => one.slice(0, one.indexOf(";")))
    .filter((one) => !one.endsWith("="));
const deviceIn = (response: Response) => cookiesOf(response).find((one) => one.startsWith("plinth.device="));

const from = (n: number) => `198.51.100.${n}`;

/** Two servers, and an account whose owner has added a second factor in one browser, and had signed in in a `former` one. */
async function enrolled(settings: Partial<Config> = { authRateLimit: 1000 }) {
  const one = testApp(settings, { clock });
  const two = testApp(settings, { driver: one.driver, clock });
  await one.signUp("operator@example.com");
  const session = bearer(await one.signUp(EMAIL));
  const post = (
    world: TestApp,
    path: string,
    body: object,
    init: { cookie?: string | undefined; from?: string } = {},
  ) =>
    world.call(`/api/auth${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(init.cookie && { cookie: init.cookie }) },
      body: JSON.stringify(body),
      from: init.from ?? "192.0.2.1",
    });
  const signIn = (init = {}) => post(one, "/sign-in/email", { email: EMAIL, password: PASSWORD }, init);
  const former = deviceIn(await signIn())!;
  const enabled = await one.send("/api/auth/two-factor/enable", { password: PASSWORD }, session);
  const { totp_uri: uri, backup_codes: recovery } = (await enabled.json()) as {
    totp_uri: string;
    backup_codes: string[];
  };
  const added = await one.send("/api/auth/two-factor/verify-totp", { code: await codeFor(uri, 0) }, session);
  expect(added.status).toBe(200);
  const device = deviceIn(added)!;
  const challenge = async (init = {}) => ((await (await signIn(init)).json()) as { challenge: string }).challenge;
  const finish = (body: object, init = {}, world = one) => post(world, "/two-factor/verify-totp", body, init);
  /** What so many wrong codes at once are answered, each for a challenge of its own, from an address of its own. */
  const burst = async (size: number) => {
    const challenges: string[] = [];
    for (let n = 0; n < size; n++) challenges.push(await challenge({ from: from(n) }));
    const answers = await Promise.all(
      challenges.map((one_, n) => finish({ challenge: one_, code: WRONG }, { from: from(n) }, n % 2 ? one : two)),
    );
    return Object.groupBy(
      answers.map(({ status }) => status),
      String,
    );
  };
  return { one, two, post, signIn, challenge, finish, burst, device, former, uri, recovery };
}

describe("guessing a second factor", () => {
  test.each([1000, 0])("of many codes at once five are compared, with AUTH_RATE_LIMIT=%d", async (authRateLimit) => {
    const { burst, finish, challenge, uri } = await enrolled({ authRateLimit });
    expect(await burst(12)).toEqual({ 401: Array(5).fill(401), 429: Array(7).fill(429) } as never);
    const right = await finish({ challenge: await challenge(), code: await codeFor(uri) });
    expect([right.status, Number(right.headers.get("retry-after")) > 0]).toEqual([429, true]);
    const { error } = (await right.json()) as { error: { code: string; details: { field: string } } };
    expect([error.code, error.details.field]).toEqual(["RATE_LIMITED", "code"]);
  });

  test("recovery codes are counted in the same way, and a right one ends the count", async () => {
    const { post, one, challenge, recovery } = await enrolled();
    const use = async (code: string) =>
      (await post(one, "/two-factor/verify-backup-code", { challenge: await challenge(), code })).status;
    const statuses: number[] = [];
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 4; n++) statuses.push(await use("aaaaa-aaaaa"));
      statuses.push(await use(recovery[round]!));
    }
    expect(statuses).toEqual([401, 401, 401, 401, 200, 401, 401, 401, 401, 200]);
    for (let n = 0; n < 5; n++) expect(await use("aaaaa-aaaaa")).toBe(401);
    expect(await use(recovery[2]!)).toBe(429);
  });

  test("the owner finishes a sign-in in a browser that has signed in before", async () => {
    const { burst, finish, signIn, device, uri } = await enrolled();
    await burst(7);
    const asked = await signIn({ cookie: device });
    const cookie = [device, ...cookiesOf(asked)].join("; ");
    expect((await finish({ code: await codeFor(uri) }, { cookie })).status).toBe(200);
    // The others still guess.
    const { challenge } = (await (await signIn({ cookie: device })).json()) as { challenge: string };
    const sent = { challenge, code: await codeFor(uri) };
    expect((await finish(sent)).status).toBe(429);
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) {
      const { challenge: next } = (await (await signIn({ cookie: device })).json()) as { challenge: string };
      statuses.push((await finish({ challenge: next, code: WRONG }, { cookie: device })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  test("who knew the password before the second factor has no guesses of its own in each browser", async () => {
    const { burst, finish, challenge, former, uri } = await enrolled();
    await burst(5);
    const sent = { challenge: await challenge(), code: await codeFor(uri) };
    expect((await finish(sent, { cookie: former })).status).toBe(429);
  });

  test("the password alone makes no known browser", async () => {
    const { signIn } = await enrolled();
    const asked = await signIn();
    expect([asked.status, deviceIn(asked)]).toEqual([200, undefined]);
  });

  test("an account has a bounded number of sign-ins that wait, and its known browsers have their own", async () => {
    const { signIn, device } = await enrolled();
    let opened = 0;
    while ((await signIn({ from: from(opened) })).status === 200) opened++;
    expect(opened).toBe(50);
    expect((await signIn({ cookie: device })).status).toBe(200);
  });
});
