import { describe, expect, test } from "bun:test";
import type { Mailer, PasswordHasher } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

const PASSWORD = "correct horse";

/** Stands still: however slow the machine is, no wait ends. */
const NOW = Date.now();
const clock = { now: () => NOW };

/** The app, which counts its hashes. */
function countingApp(): TestApp & { hashes: () => number } {
  let hashes = 0;
  const passwords: PasswordHasher = {
    async hash(password) {
      hashes++;
      return `plain:${password}`;
    },
    async verify({ hash, password }) {
      hashes++;
      return hash === `plain:${password}`;
    },
    isWeaker: () => false,
  };
  const world = testApp({ authRateLimit: 20, passwordHashing: "scrypt" }, { passwords, clock });
  return { ...world, hashes: () => hashes };
}

const signIn = (world: TestApp, email: string, password: string, from: string) =>
  world.call("/api/auth/sign-in/email", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
    from,
  });

const addressOf = (n: number) => `198.${51 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`;

/** `bench/attack.ts` makes many more, and measures how long others take meanwhile. */
const ATTEMPTS = 2000;

describe("guessing a password", () => {
  test("of 2,000 attempts from as many addresses, none beyond the limit reaches the hash, and nobody is locked out", async () => {
    const world = countingApp();
    // The first account is the operator's, in a pool of its own.
    await world.signUp("operator@example.com");
    await world.signUp("owner@example.com");
    await world.signUp("other@example.com");
    const before = world.hashes();
    const statuses = new Map<number, number>();
    const attack = async (n: number) => {
      const { status } = await signIn(world, "owner@example.com", `guess ${n}`, addressOf(n));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    // All at once: each refusal takes as long as the slowest sign-in.
    const attacks = Array.from({ length: ATTEMPTS }, (_, n) => attack(n));
    const other = await signIn(world, "other@example.com", PASSWORD, "203.0.113.1");
    await Promise.all(attacks);

    expect(Object.fromEntries(statuses)).toEqual({ 401: 5, 429: ATTEMPTS - 5 });
    expect([other.status, world.hashes() - before]).toEqual([200, 5 + 1]);
    // The owner has been signed in from here.
    expect((await signIn(world, "owner@example.com", PASSWORD, "127.0.0.1")).status).toBe(200);
    expect(await refusalIn(await signIn(world, "owner@example.com", PASSWORD, "192.0.2.1"))).toEqual([
      429,
      "RATE_LIMITED",
      "email",
    ]);
  });

  test("an account that nobody has is counted in the same way", async () => {
    const world = countingApp();
    // The first account is the operator's, in a pool of its own.
    await world.signUp("operator@example.com");
    await world.signUp("owner@example.com");
    const answers = async (email: string) => {
      const seen: unknown[] = [];
      for (let n = 0; n < 7; n++) {
        const response = await signIn(world, email, "wrong", `198.51.100.${n}`);
        const { error } = (await response.json()) as { error: { code: string; message: string } };
        const { code, message } = error;
        seen.push([response.status, code, message, response.headers.has("retry-after")]);
      }
      return seen;
    };
    expect(await answers("nobody@example.com")).toEqual(await answers("owner@example.com"));
  });

  test("nor does anybody at the address of an account's owner learn of it", async () => {
    const world = countingApp();
    await world.signUp("operator@example.com");
    await world.signUp("owner@example.com");
    const answers = async (email: string) => {
      const seen: unknown[] = [];
      for (let n = 0; n < 7; n++) {
        const began = performance.now();
        const response = await signIn(world, email, "wrong", "127.0.0.1");
        const { error } = (await response.json()) as { error: { code: string; message: string; details?: object } };
        const { code, message, details = {} } = error;
        // A hash may take as long on a busy machine.
        const isPaused = response.status === 429 && performance.now() - began >= 400;
        seen.push([response.status, code, message, Object.keys(details), isPaused]);
      }
      return seen;
    };
    const nobody = await answers("nobody@example.com");
    expect(await answers("owner@example.com")).toEqual(nobody);
    expect((await signIn(world, "owner@example.com", PASSWORD, "127.0.0.1")).status).toBe(200);
  });

  test("servers share the counts", async () => {
    const one = testApp({ authRateLimit: 20 }, { clock });
    await one.signUp("operator@example.com");
    await one.signUp("owner@example.com");
    const two = testApp({ authRateLimit: 20 }, { driver: one.driver, clock });
    const statuses: number[] = [];
    for (let n = 0; n < 7; n++) {
      statuses.push((await signIn(n % 2 ? one : two, "owner@example.com", "wrong", `198.51.100.${n}`)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });

  test("a success forgets the attempts before it", async () => {
    const world = testApp({ authRateLimit: 100 }, { clock });
    // The first account is the operator's, in a pool of its own.
    await world.signUp("operator@example.com");
    await world.signUp("owner@example.com");
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 3; n++)
        expect((await signIn(world, "owner@example.com", "wrong", "192.0.2.1")).status).toBe(401);
      expect((await signIn(world, "owner@example.com", PASSWORD, "192.0.2.1")).status).toBe(200);
    }
  });
});

describe("an attacker who guesses does not keep the owner out", () => {
  const credentials = { email: "owner@example.com", password: PASSWORD };
  const signInWith = (world: TestApp, from: string, cookie?: string, body: object = credentials) =>
    world.call("/api/auth/sign-in/email", {
      method: "POST",
      headers: { "content-type": "application/json", ...(cookie && { cookie }) },
      body: JSON.stringify(body),
      from,
    });
  const attack = async (world: TestApp, attempts = 8) => {
    for (let n = 0; n < attempts; n++) await signIn(world, "owner@example.com", "wrong", `198.51.100.${n}`);
  };
  const deviceIn = (response: Response) =>
    response.headers
      .getSetCookie()
      .find((one) => one.startsWith("plinth.device="))
      ?.split(";")[0];

  test("a browser that has signed in before has attempts of its own, which end as well", async () => {
    const world = testApp({ authRateLimit: 100 }, { clock });
    await world.signUp("operator@example.com");
    await world.signUp("owner@example.com");
    await world.signUp("other@example.com");
    const first = await signInWith(world, "192.0.2.1");
    const [set] = first.headers.getSetCookie().filter((one) => one.startsWith("plinth.device="));
    expect(set).toMatch(/^plinth\.device=[\w-]{22}\.[\w-]{43}; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/);
    const device = deviceIn(first)!;
    await world.call("/api/auth/sign-out", { method: "POST", headers: bearer(first.headers.get("set-auth-token")!) });
    await attack(world);
    const elsewhere = "203.0.113.9";
    expect((await signInWith(world, elsewhere)).status).toBe(429);
    const own = await signInWith(world, elsewhere, device);
    expect([own.status, deviceIn(own)]).toEqual([200, undefined]);
    const others = deviceIn(
      await signInWith(world, elsewhere, undefined, { ...credentials, email: "other@example.com" }),
    )!;
    for (const forged of [others, `${device.slice(0, -1)}_`, "plinth.device=x.y", "plinth.device="]) {
      expect([forged, (await signInWith(world, "203.0.113.10", forged)).status]).toEqual([forged, 429]);
    }
    const guess = { ...credentials, password: "wrong" };
    const statuses: number[] = [];
    for (let n = 0; n < 7; n++) statuses.push((await signInWith(world, `203.0.113.${20 + n}`, device, guess)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });

  test.each<[string, (world: TestApp, headers: Record<string, string>) => Promise<Response>]>([
    [
      "another password",
      (world, headers) => {
        const change = { current_password: PASSWORD, new_password: "another horse" };
        return world.send("/api/auth/change-password", change, headers);
      },
    ],
    ["the end of all sessions", (world, headers) => world.send("/api/auth/revoke-sessions", {}, headers)],
    [
      "the end of the other sessions, where there is none",
      async (world, headers) => {
        const [token] = headers.authorization!.replace("Bearer ", "").split(".");
        await world.driver.run({ sql: "delete from plinth_sessions where token <> ?1", params: [token!] });
        return world.send("/api/auth/revoke-other-sessions", {}, headers);
      },
    ],
    ["a sign-out elsewhere", (world, headers) => world.send("/api/sessions", undefined, headers, "DELETE")],
  ])("a browser is known no more after %s", async (_, end) => {
    const world = testApp({ authRateLimit: 100 }, { clock });
    await world.signUp("operator@example.com");
    await world.signUp("owner@example.com");
    const signedIn = await signInWith(world, "192.0.2.1");
    await attack(world, 5);
    const guess = { ...credentials, password: "wrong" };
    const statusOfGuess = async () => (await signInWith(world, "203.0.113.9", deviceIn(signedIn), guess)).status;
    expect(await statusOfGuess()).toBe(401);
    expect((await end(world, bearer(signedIn.headers.get("set-auth-token")!))).status).toBe(200);
    expect(await statusOfGuess()).toBe(429);
  });

  test("an account has a bounded number of known browsers", async () => {
    const world = testApp({ authRateLimit: 0 }, { clock });
    await world.signUp("operator@example.com");
    await world.signUp("owner@example.com");
    for (let n = 0; n < 25; n++) expect((await signInWith(world, "192.0.2.1")).status).toBe(200);
    const sql = "select count(*) as n from plinth_devices group by user_id order by n";
    // The operator's, and the owner's.
    expect(await world.driver.all({ sql, params: [] })).toEqual([{ n: 1 }, { n: 20 }]);
  });

  test("a password that is reset by a mail ends the wait, on every server", async () => {
    let offset = 0;
    const clock = { now: () => NOW + offset };
    const mails: string[] = [];
    const mailer: Mailer = {
      name: "test",
      capabilities: { deduplicates: false, development: true },
      send: async ({ text }) => void mails.push(text),
    };
    const one = testApp({ authRateLimit: 100 }, { mailer, clock });
    const operator = bearer(await one.signUp("operator@example.com"));
    await one.signUp("owner@example.com");
    const two = testApp({ authRateLimit: 100 }, { driver: one.driver, mailer, clock });
    await attack(one);
    for (const server of [one, two]) expect((await signInWith(server, "203.0.113.9")).status).toBe(429);
    await one.send("/api/auth/request-password-reset", { email: "owner@example.com" });
    await until(async () => {
      await one.send("/api/tick", {}, operator);
      return mails.some((text) => text.includes("reset-password"));
    }, "the mail with the link");
    const link = /https?:\S+/.exec(mails.find((text) => text.includes("reset-password"))!)![0];
    const token = new URL(link).searchParams.get("token");
    const newPassword = "another horse";
    expect((await one.send("/api/auth/reset-password", { token, new_password: newPassword })).status).toBe(200);
    offset += 1000;
    for (const server of [two, one]) {
      expect(
        (await signInWith(server, "203.0.113.9", undefined, { ...credentials, password: newPassword })).status,
      ).toBe(200);
    }
  });
});

/** A stolen session must not be enough to guess the password that sensitive acts ask for. */
describe("guessing with a session", () => {
  const routes = {
    "change-password": (secret: string) => ({ current_password: secret, new_password: "another horse" }),
    "step-up": (password: string) => ({ password }),
    "two-factor/enable": (password: string) => ({ password }),
  };

  test.each(Object.entries(routes))(
    "%s: five attempts, then waits, whatever the address and the server",
    async (route, body) => {
      const one = testApp({ authRateLimit: 1000 }, { clock });
      await one.signUp("operator@example.com");
      const session = bearer(await one.signUp("owner@example.com"));
      const other = bearer(await one.signUp("other@example.com"));
      const two = testApp({ authRateLimit: 1000 }, { driver: one.driver, clock });
      const attempt = (n: number, headers: Record<string, string>, secret: string) =>
        (n % 2 ? two : one).call(`/api/auth/${route}`, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify(body(secret)),
          from: `198.51.100.${n}`,
        });
      const statuses: number[] = [];
      for (let n = 0; n < 7; n++) statuses.push((await attempt(n, session, "wrong")).status);
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
      const refused = await attempt(8, session, PASSWORD);
      expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
      expect((await attempt(9, other, PASSWORD)).status).toBe(200);
    },
  );
});
