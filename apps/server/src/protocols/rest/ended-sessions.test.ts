/** What is left of a session that has ended. */
import { expect, test } from "bun:test";
import { bearer, testApp } from "../../testing/app.ts";

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

test("a session that was ended is refused at once, however its signature is spelt", async () => {
  const { send, call, signUp } = testApp();
  await signUp("operator@example.com");
  const token = await signUp("ada@example.com");
  // The last character before the padding has two bits that stand for nothing.
  const last = BASE64.indexOf(token.at(-2)!);
  const respelt = `${token.slice(0, -2)}${BASE64[(last & 0b111100) | ((last + 1) & 0b11)]}=`;
  const statusOf = async (one: string) => (await call("/api/me", { headers: bearer(one) })).status;
  expect(await statusOf(token)).toBe(200);
  await statusOf(respelt);
  await send("/api/auth/sign-out", {}, bearer(token));
  expect([await statusOf(token), await statusOf(respelt)]).toEqual([401, 401]);
});
