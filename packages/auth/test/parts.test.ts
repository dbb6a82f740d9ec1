import { describe, expect, test } from "bun:test";
import { deriveKey } from "@plinth/core";
import { getCookies } from "better-auth/cookies";
import { symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
import { authFailureOf } from "../src/auth-errors.ts";
import { cookiePrefix, rateLimiter, sessionCookieName, sessionCookieOf } from "../src/index.ts";

describe("deriveKey", () => {
  test("is the same for the same secret and use, and different otherwise", async () => {
    const key = await deriveKey("one secret", "one use");
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(await deriveKey("one secret", "one use")).toBe(key);
    expect(await deriveKey("one secret", "another use")).not.toBe(key);
    expect(await deriveKey("another secret", "one use")).not.toBe(key);
  });
});

describe("rateLimiter", () => {
  test("counts each key in its own window", () => {
    let now = 0;
    const limiter = rateLimiter({ clock: { now: () => now }, max: 2, windowMs: 60_000 });
    expect([limiter.take("a"), limiter.take("a"), limiter.take("b")]).toEqual([null, null, null]);
    now = 20_000;
    expect(limiter.take("a")).toBe(40);
    now = 60_000;
    expect(limiter.take("a")).toBeNull();
  });

  test("forgets the oldest window when there are too many", () => {
    const limiter = rateLimiter({ clock: { now: () => 0 }, max: 1, windowMs: 1000, maxKeys: 2 });
    for (const key of ["a", "b", "c"]) limiter.take(key);
    expect(limiter.take("c")).toBe(1);
    expect(limiter.take("a")).toBeNull();
  });
});

describe("the session cookie", () => {
  test("has the name that better-auth gives it", () => {
    const pool = "01985f1a-0000-7000-8000-0123456789ab";
    for (const appUrl of ["http://localhost:8787", "https://api.example.com"]) {
      const advanced = { cookiePrefix: cookiePrefix({ appUrl }, pool), useSecureCookies: false };
      expect(sessionCookieName({ appUrl }, pool)).toBe(getCookies({ baseURL: appUrl, advanced }).sessionToken.name);
    }
  });

  test("is found among others and decoded", () => {
    const name = "plinth.session_token";
    expect(sessionCookieOf(`a=1; ${name}=t.x%2By%3D; b=2`, name)).toBe("t.x+y=");
    expect(sessionCookieOf(`${name}=t.x`, name)).toBe("t.x");
    expect(sessionCookieOf(`my${name}=no; a=${name}=no;${name}=yes`, name)).toBe("yes");
    expect(sessionCookieOf(`my${name}=no`, name)).toBeUndefined();
    expect(sessionCookieOf(`${name}=%zz`, name)).toBe("%zz");
  });
});

test("the library loads at its first use, not with the package", async () => {
  const built = await Bun.build({
    entrypoints: [`${import.meta.dir}/../src/index.ts`],
    target: "bun",
    splitting: true,
    outdir: undefined,
  });
  const entry = built.outputs.find((output) => output.kind === "entry-point")!;
  const rest = built.outputs.filter((output) => output.kind === "chunk").reduce((sum, chunk) => sum + chunk.size, 0);
  expect(entry.size).toBeLessThan(20_000);
  expect(rest).toBeGreaterThan(200_000);
});

test("a second factor that was encrypted with another secret is named, as it stays unreadable", async () => {
  const data = await symmetricEncrypt({ key: "a".repeat(40), data: "JBSWY3DPEHPK3PXP" });
  const failed = await symmetricDecrypt({ key: "b".repeat(40), data }).catch(authFailureOf);
  expect(failed).toMatchObject({ code: "UNAVAILABLE", message: expect.stringContaining("another PLINTH_SECRET") });
});
