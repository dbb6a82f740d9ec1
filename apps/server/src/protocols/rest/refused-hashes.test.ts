/** What a sign-in whose password could not be looked at means for the account. */
import { expect, test } from "bun:test";
import type { PasswordHasher } from "@plinth/core";
import { refusalIn, testApp } from "../../testing/app.ts";

/** Hashes that wait for the test. */
function heldHashes() {
  let open = (): void => {};
  let gate: Promise<void> = Promise.resolve();
  const passwords: PasswordHasher = {
    hash: async (password) => {
      await gate;
      return `plain:${password}`;
    },
    verify: async ({ hash, password }) => {
      await gate;
      return hash === `plain:${password}`;
    },
    isWeaker: () => false,
  };
  const hold = (): void => {
    gate = new Promise((resolve) => {
      open = resolve;
    });
  };
  return { passwords, hold, release: () => open() };
}

const FLOOD = Array.from({ length: 11 }, (_, i) => `203.0.113.${i}`);
/** More than may wait of one address, beside those that are hashed. */
const OF_ONE = 24;

async function flooded(addresses: number) {
  const { passwords, hold, release } = heldHashes();
  const app = testApp({ authRateLimit: 1000, passwordHashing: "scrypt" }, { passwords });
  await app.signUp("operator@example.com");
  await app.signUp("ada@example.com");
  const signIn = (email: string, password: string, from: string) =>
    app.call("/api/auth/sign-in/email", {
      method: "POST",
      from,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
  hold();
  const flood = Array.from({ length: addresses * OF_ONE }, (_, i) =>
    signIn(`nobody${i}@example.com`, "x", FLOOD[i % addresses]!),
  );
  // As much as may wait does so as soon as the first of the flood is refused.
  await Promise.race(flood);
  return { signIn, flood, release };
}

test("where the queue of hashes is full, whoever has most in it is refused, and not who comes new", async () => {
  const { signIn, flood, release } = await flooded(FLOOD.length);
  const answer = signIn("ada@example.com", "correct horse", "198.51.100.1");
  const first = await Promise.race([answer, Bun.sleep(100).then(() => undefined)]);
  release();
  expect(first && (await refusalIn(first))).toBeUndefined();
  expect((await answer).status).toBe(200);
  await Promise.all(flood);
});

test("an attempt whose password was not looked at does not count as a wrong one", async () => {
  const { signIn, flood, release } = await flooded(1);
  for (let i = 0; i < 6; i++) {
    const answer = await signIn("ada@example.com", "correct horse", FLOOD[0]!);
    expect(await refusalIn(answer)).toEqual([503, "OVERLOADED"]);
  }
  release();
  await Promise.all(flood);
  expect((await signIn("ada@example.com", "correct horse", FLOOD[0]!)).status).toBe(200);
});
