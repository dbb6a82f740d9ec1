import { expect, test } from "bun:test";
import { functionScrypt } from "../../platform/scrypt.ts";
import { refusalIn, testApp } from "../../testing/app.ts";

const SLOW_MS = 700;

test("a refusal comes no sooner than the hashes of other sign-ins on a host that is slow now", async () => {
  let isSlow = false;
  const passwords = {
    ...functionScrypt,
    isWeaker: () => false,
    async verify(input: { hash: string; password: string }) {
      if (isSlow) await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
      return functionScrypt.verify(input);
    },
  };
  const world = testApp({ authRateLimit: 20, passwordHashing: "scrypt" }, { passwords });
  await world.signUp("operator@example.com");
  await world.signUp("owner@example.com");
  const guess = (email: string) => world.send("/api/auth/sign-in/email", { email, password: "a wrong guess" });
  isSlow = true;
  expect(await refusalIn(await guess("owner@example.com"))).toEqual([401, "INVALID_CREDENTIALS"]);
  isSlow = false;
  for (let n = 0; n < 5; n++) await guess("nobody@example.com");
  const began = performance.now();
  expect(await refusalIn(await guess("nobody@example.com"))).toEqual([429, "RATE_LIMITED", "email"]);
  expect(performance.now() - began).toBeGreaterThanOrEqual(SLOW_MS);
});

test("a wrong password from a network of the account is refused exactly like one from elsewhere", async () => {
  const now = Date.now();
  const world = testApp({ authRateLimit: 100 }, { clock: { now: () => now } });
  await world.signUp("operator@example.com");
  await world.signUp("owner@example.com");
  const signIn = (from: string, password: string) =>
    world.call("/api/auth/sign-in/email", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "owner@example.com", password }),
      from,
    });
  expect((await signIn("192.0.2.1", "correct horse")).status).toBe(200);
  for (let n = 0; n < 5; n++) expect((await signIn(`198.51.100.${n}`, "a wrong guess")).status).toBe(401);
  const refused = async (from: string) => {
    const answer = await signIn(from, "a wrong guess");
    const { error } = (await answer.json()) as { error: object };
    // All but what differs from request to request.
    const headers = [...answer.headers].map(([name, value]) => [name, value.replace(/;r=\d+/, "")]);
    const told = headers.filter(([name]) => name !== "x-request-id");
    return { status: answer.status, headers: told, error: { ...error, request_id: undefined } };
  };
  const elsewhere = await refused("203.0.113.9");
  expect([elsewhere.status, elsewhere.headers.some(([name]) => name === "ratelimit")]).toEqual([429, true]);
  expect(await refused("192.0.2.1")).toEqual(elsewhere);
  expect((await signIn("192.0.2.1", "correct horse")).status).toBe(200);
});
