import { beforeEach, describe, expect, test } from "bun:test";
import type { Config } from "@plinth/core";
import { APP_URL, bearer, refusalIn, sessionCookieIn, type TestApp, testApp } from "../../testing/app.ts";

const account = { name: "Ada", email: "ada@example.com", password: "correct horse" };
const { name: _, ...credentials } = account;

let world: TestApp;
beforeEach(() => {
  world = testApp();
});

const me = async (headers: Record<string, string>) =>
  ((await (await world.call("/api/me", { headers })).json()) as { data: Record<string, unknown> }).data;
const cookieOf = (response: Response) => ({ cookie: sessionCookieIn(response) });

describe("sign-up", () => {
  test("the first needs the link or this very machine", async () => {
    const link = (await world.app.setupLink())!;
    expect(link.startsWith(`${APP_URL}/setup?token=`)).toBe(true);
    const token = new URL(link).searchParams.get("token")!;
    const from = (address: string | null, body: object, headers = {}) =>
      world.call("/api/auth/sign-up/email", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
        from: address,
      });
    for (const address of ["192.0.2.1", null]) {
      expect(await refusalIn(await from(address, account))).toEqual([403, "SETUP_REQUIRED"]);
      expect(await refusalIn(await from(address, { ...account, setup_token: "x" }))).toEqual([403, "SETUP_REQUIRED"]);
    }
    expect((await from("192.0.2.1", { ...account, setup_token: token })).status).toBe(200);
    expect(await world.app.setupLink()).toBeNull();
    const other = { ...account, email: "bob@example.com" };
    expect(await refusalIn(await from("192.0.2.1", other, { "x-plinth-setup-token": token }))).toEqual([
      409,
      "CONFLICT",
    ]);
    const response = await from("192.0.2.1", other);
    expect(await me(cookieOf(response))).toMatchObject({ operator: false, roles: ["public", "authenticated"] });
    expect(await refusalIn(await from("192.0.2.1", other))).toEqual([409, "UNIQUE_VIOLATION", "email"]);
  });

  test("names what is wrong, and stays out of what is not its own", async () => {
    const attempt = async (change: object) =>
      refusalIn(await world.send("/api/auth/sign-up/email", { ...account, ...change }));
    expect(await attempt({ email: "nope" })).toEqual([422, "VALIDATION", "email"]);
    expect(await attempt({ password: "short" })).toEqual([422, "VALIDATION", "password"]);
    expect(await attempt({ name: "" })).toEqual([422, "VALIDATION", "name"]);
    expect(await attempt({ name: "a\0b" })).toEqual([422, "VALIDATION", "name"]);
    for (const key of ["role", "workspaceId", "id", "email_verified"]) {
      expect(await attempt({ [key]: "admin" })).toEqual([422, "UNKNOWN_FIELD", key]);
    }
  });
});

describe("sessions", () => {
  test("by cookie and by bearer, until sign-out", async () => {
    await world.signUp("operator@example.com");
    await world.signUp(account.email);
    const signedIn = await world.send("/api/auth/sign-in/email", credentials);
    const { token } = (await signedIn.clone().json()) as { token: string };
    expect(signedIn.headers.get("set-auth-token")).toBe(token);
    expect(await me(cookieOf(signedIn))).toMatchObject({ kind: "user", email: account.email });
    expect(await me(bearer(token))).toMatchObject({ kind: "user", email: account.email });
    const session = await world.call("/api/auth/get-session", { headers: bearer(token) });
    expect(await session.json()).toMatchObject({ user: { email: account.email } });
    expect((await world.send("/api/auth/sign-out", undefined, bearer(token))).status).toBe(200);
    expect(await refusalIn(await world.call("/api/me", { headers: bearer(token) }))).toEqual([401, "INVALID_TOKEN"]);
    expect(await me(cookieOf(signedIn))).toMatchObject({ kind: "anonymous" });
  });

  test("signing in works beside a token that has gone stale", async () => {
    await world.signUp("operator@example.com");
    await world.signUp(account.email);
    expect((await world.send("/api/auth/sign-in/email", credentials, bearer("stale.token"))).status).toBe(200);
    const wrong = await world.send("/api/auth/sign-in/email", { ...credentials, password: "wrong horse" });
    expect(await refusalIn(wrong)).toEqual([401, "INVALID_CREDENTIALS"]);
  });

  test("another site can neither sign in nor write by cookie", async () => {
    const foreign = { origin: "https://elsewhere.example" };
    const first = await world.send("/api/auth/sign-up/email", account);
    const cookie = cookieOf(first);
    expect(await refusalIn(await world.send("/api/auth/sign-in/email", credentials, foreign))).toEqual([
      403,
      "ORIGIN_FORBIDDEN",
    ]);
    expect(await refusalIn(await world.send("/api/auth/sign-out", {}, { ...cookie, ...foreign }))).toEqual([
      403,
      "ORIGIN_FORBIDDEN",
    ]);
    const role = (headers: object) => world.send("/api/roles", { name: "a" }, { ...cookie, ...headers });
    for (const origin of ["https://elsewhere.example", "null", `${APP_URL}.example`, "http://localhost:9"]) {
      expect(await refusalIn(await role({ origin }))).toEqual([403, "ORIGIN_FORBIDDEN"]);
    }
    expect((await role({ origin: APP_URL })).status).toBe(201);
    expect((await world.call("/api/me", { headers: { ...cookie, ...foreign } })).status).toBe(200);
    const { token } = (await first.json()) as { token: string };
    expect((await world.send("/api/roles", { name: "b" }, { ...bearer(token), ...foreign })).status).toBe(201);
  });

  test("allowed origins may use cookies", async () => {
    world = testApp({ corsOrigins: ["https://app.example.com"] });
    const origin = { origin: "https://app.example.com" };
    const response = await world.send("/api/auth/sign-up/email", account, origin);
    expect((await world.send("/api/roles", { name: "a" }, { ...cookieOf(response), ...origin })).status).toBe(201);
  });

  test("a name that somebody has pointed here is no address of this server", async () => {
    const cookie = cookieOf(await world.send("/api/auth/sign-up/email", account));
    const write = (host: string, settings: Partial<Config> = {}, path = "/api/auth/sign-out") => {
      const app = Object.keys(settings).length === 0 ? world.app : testApp(settings, { driver: world.driver }).app;
      const headers = { ...cookie, origin: `http://${host}`, "content-type": "application/json" };
      const request = new Request(`http://${host}${path}`, { method: "POST", headers, body: "{}" });
      return app.fetch(request, { defer() {}, remoteAddress: "127.0.0.1" });
    };
    for (const path of ["/api/auth/sign-out", "/api/roles"]) {
      const refused = await write("evil.example:8787", {}, path);
      expect(((await refused.clone().json()) as { error: { message: string } }).error.message).toContain(
        "ALLOWED_HOSTS",
      );
      expect([path, ...(await refusalIn(refused))]).toEqual([path, 403, "ORIGIN_FORBIDDEN"]);
    }
    expect((await write("box.local:8787", { allowedHosts: ["box.local"] })).status).toBe(200);
    expect((await write("192.168.1.5:8787")).status).toBe(200);
  });

  test("sign-up can be closed, and a late claim makes no ordinary account", async () => {
    await world.signUp("operator@example.com");
    await world.signUp(account.email);
    const closed = testApp({ signUp: "closed" }, { driver: world.driver });
    const another = { ...account, email: "another@example.com" };
    expect(await refusalIn(await closed.send("/api/auth/sign-up/email", another))).toEqual([403, "SIGN_UP_CLOSED"]);
    expect((await closed.send("/api/auth/sign-in/email", credentials)).status).toBe(200);
    for (const setup_token of ["", "a link that somebody has used"]) {
      const late = await world.send("/api/auth/sign-up/email", { ...another, setup_token });
      expect(await refusalIn(late)).toEqual([409, "CONFLICT"]);
    }
    expect((await world.send("/api/auth/sign-up/email", another)).status).toBe(200);
  });

  test("attempts are limited by address", async () => {
    world = testApp({ authRateLimit: 4 });
    await world.signUp("operator@example.com");
    await world.signUp(account.email);
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const spoofed = { "x-forwarded-for": `10.0.0.${i}`, "x-plinth-remote-address": `10.0.0.${i}` };
      statuses.push((await world.send("/api/auth/sign-in/email", credentials, spoofed)).status);
    }
    expect(statuses).toEqual([200, 200, 429, 429]);
    expect((await world.call("/api/auth/get-session")).status).toBe(200);
  });

  test("the attempts of an IPv6 /64 count together", async () => {
    world = testApp({ authRateLimit: 2 });
    let n = 0;
    const attempt = async (from: string) => {
      // Attempts on one account have a limit of their own.
      const credentials = { email: `somebody${n++}@example.com`, password: "wrong" };
      const init = { method: "POST", headers: { "content-type": "application/json" }, from };
      const body = JSON.stringify(credentials);
      return (await world.call("/api/auth/sign-in/email", { ...init, body })).status;
    };
    expect([await attempt("2001:db8::1"), await attempt("2001:db8:0:0:ffff::2")]).toEqual([401, 401]);
    expect(await attempt("2001:db8::3")).toBe(429);
    expect(await attempt("2001:db8:0:1::1")).toBe(401);
    expect([await attempt("::ffff:192.0.2.1"), await attempt("192.0.2.1"), await attempt("192.0.2.1")]).toEqual([
      401, 401, 429,
    ]);
  });

  test("behind a proxy attempts are limited by the address that it reports", async () => {
    world = testApp({ authRateLimit: 2, trustProxy: 1 });
    const attempt = async (forwarded: string) =>
      (await world.send("/api/auth/sign-in/email", credentials, { "x-forwarded-for": forwarded })).status;
    expect([await attempt("198.51.100.1"), await attempt("198.51.100.1")]).toEqual([401, 401]);
    expect(await attempt("203.0.113.5, 198.51.100.1")).toBe(429);
    expect(await attempt("198.51.100.2")).toBe(401);
    // No caller counts as being on this machine.
    const signUp = await world.send("/api/auth/sign-up/email", account);
    expect(await refusalIn(signUp)).toEqual([403, "SETUP_REQUIRED"]);
  });

  test("behind https the cookie is a secure one", async () => {
    world = testApp({ appUrl: "https://api.example.com" });
    const token = new URL((await world.app.setupLink())!).searchParams.get("token")!;
    const response = await world.send("/api/auth/sign-up/email", { ...account, setup_token: token });
    const cookie = response.headers.getSetCookie().find((one) => one.includes("session_token"));
    expect(cookie).toStartWith("__Host-plinth-operator.session_token=");
    expect(cookie).toMatch(/; Secure(;|$)/);
    expect(cookie).toMatch(/; Path=\/(;|$)/);
    expect(cookie).not.toContain("Domain");
    expect(await me(cookieOf(response))).toMatchObject({ operator: true });
  });

  test("behind https answers ask browsers to stay there, and elsewhere they do not", async () => {
    const header = async (appUrl: string) =>
      (await testApp({ appUrl }).call("/health/live")).headers.get("strict-transport-security");
    expect(await header("https://api.example.com")).toBe("max-age=31536000");
    expect(await header("http://localhost:8787")).toBeNull();
  });
});

test("other addresses of the library are closed", async () => {
  const tokens = ["list-accounts", "unlink-account", "account-info", "get-access-token", "refresh-token"];
  for (const path of [...tokens, "delete-user", "error", "ok", "reset-password/token", "verify-password"]) {
    expect((await world.send(`/api/auth/${path}`, {})).status).toBe(404);
  }
  const wrong = await world.call("/api/auth/sign-in/email");
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST"]);
});

test("a picture is a path of this server or an https address, for whoever sets it", async () => {
  const operator = await world.signUp("operator@example.com");
  const token = await world.signUp(account.email);
  const { id } = await me(bearer(token));
  for (const image of ["javascript:alert(1)", "data:text/html,<b>", "file:///etc/passwd", "//other.example/a.png"]) {
    const asked = [
      await world.send("/api/auth/sign-up/email", { ...account, email: "eve@example.com", image }),
      await world.send("/api/auth/update-user", { image }, bearer(token)),
      await world.send("/api/users", { email: "eve@example.com", name: "Eve", image }, bearer(operator)),
      await world.send(`/api/users/${id}`, { image }, bearer(operator), "PATCH"),
    ];
    for (const answer of asked)
      expect([image, ...(await refusalIn(answer))]).toEqual([image, 422, "VALIDATION", "image"]);
  }
  for (const image of ["https://pictures.example/ada.png", "/api/pictures/ada.png"])
    expect((await world.send("/api/auth/update-user", { image }, bearer(token))).status).toBe(200);
});
