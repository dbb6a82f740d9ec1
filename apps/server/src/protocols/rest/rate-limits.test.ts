import { describe, expect, test } from "bun:test";
import { bearer, type TestApp, testApp } from "../../testing/app.ts";

/** Stands still: however slow the machine is, no window ends. */
const NOW = Date.now();
const clock = { now: () => NOW };

const signIn = (world: TestApp, email: string) =>
  world.call("/api/auth/sign-in/email", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: "wrong" }),
    from: "192.0.2.1",
  });

describe("limits by address and key", () => {
  test("of one address on two servers, with the headers of the draft", async () => {
    const one = testApp({ authRateLimit: 10 }, { clock });
    await one.signUp("operator@example.com");
    await one.signUp("owner@example.com");
    const two = testApp({ authRateLimit: 10 }, { driver: one.driver, clock });
    const statuses: number[] = [];
    for (let n = 0; n < 14; n++) {
      const response = await signIn(n % 2 ? one : two, `user${n}@example.com`);
      statuses.push(response.status);
      // Whoever guesses wrong sees what is left, too.
      expect(response.headers.get("ratelimit-policy")).toBe('"address";q=10;w=60');
      if (n === 13) {
        expect(response.headers.get("ratelimit")).toMatch(/^"address";r=0;t=\d+$/);
        expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      }
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.slice(10)).toEqual([429, 429, 429, 429]);
  });

  test("of one address that refreshes tokens, in each answer", async () => {
    const { send, signUp } = testApp({ authRateLimit: 1 }, { clock });
    await signUp("operator@example.com");
    const refresh = () => send("/api/auth/token/refresh", { refresh_token: `rt_${"A".repeat(64)}` });
    const seen: [number, string | null][] = [];
    for (let n = 0; n < 11; n++) {
      const response = await refresh();
      seen.push([response.status, response.headers.get("ratelimit-policy")]);
    }
    expect(seen).toEqual([...Array(10).fill([401, '"tokens";q=10;w=60']), [429, '"tokens";q=10;w=60']]);
  });

  test("of a key, on all its requests and on two servers", async () => {
    const one = testApp({}, { clock });
    const operator = bearer(await one.signUp("operator@example.com"));
    const two = testApp({}, { driver: one.driver, clock });
    const made = await one.send("/api/keys", { name: "slow", kind: "secret", rate_limit: 10 }, operator);
    const { key } = ((await made.json()) as { data: { key: string } }).data;
    const seen: [number, string | null][] = [];
    for (let n = 0; n < 12; n++) {
      const response = await (n % 2 ? one : two).call("/api/me", { headers: { "x-api-key": key } });
      seen.push([response.status, response.headers.get("ratelimit-policy")]);
    }
    expect(seen.filter(([status]) => status === 200)).toHaveLength(10);
    expect(seen.at(-1)).toEqual([429, '"key";q=10;w=60']);
    expect(seen[0]).toEqual([200, '"key";q=10;w=60']);
  });
});
