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
