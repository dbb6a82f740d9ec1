import { expect, test } from "bun:test";
import { dataOf, serverForTests } from "./server.ts";

const { server } = serverForTests();
const { plinth } = server;
const byOperator = (...args: string[]) => server.json(...args, "--token", server.token);
const status = async (key: string) => (await server.api("/api/collections", { headers: { "x-api-key": key } })).status;

test("a key is created with all that limits it, listed, rotated and revoked", async () => {
  const limits = ["--actions", "collections:read", "--ip-ranges", "127.0.0.1,::1", "--rate-limit", "100"];
  const scope = ["--kind", "scoped", "--roles", "admin", ...limits, "--expires-at", "2099-01-01T00:00:00Z"];
  const made = (await byOperator("keys", "create", "reports", ...scope)) as { id: string; key: string };
  expect(made).toMatchObject({
    kind: "scoped",
    roles: ["admin"],
    actions: ["collections:read"],
    ip_ranges: ["127.0.0.1", "::1"],
    rate_limit: 100,
    expires_at: "2099-01-01T00:00:00.000Z",
  });
  expect(await status(made.key)).toBe(200);
  const listed = await plinth("keys", "list");
  expect([listed.code, listed.out]).toEqual([0, expect.stringContaining(made.id)]);
  expect(listed.out).not.toContain(made.key);
  const next = (await byOperator("keys", "rotate", made.id, "--previous-until", "now")) as { key: string };
  expect([await status(made.key), await status(next.key)]).toEqual([401, 200]);
  expect((await plinth("keys", "revoke", made.id)).code).toBe(0);
  expect(await status(next.key)).toBe(401);
});

test("the table shows the whole new key", async () => {
  const { code, out } = await plinth("keys", "create", "site", "--kind", "publishable");
  expect([code, out]).toEqual([0, expect.stringMatching(/^key +name +kind.*\npk_live_\w{49} +site +publishable/)]);
});

test("no key makes a secret key, and what is missing or wrong is said", async () => {
  for (const [args, message] of [
    [["create", "x", "--kind", "secret"], "No key can do this: it needs a user who has signed in"],
    [["create", "x"], "plinth keys create needs --kind publishable|secret|scoped"],
    [["create", "x", "--kind", "publishable", "--rate-limit", "many"], "--rate-limit expects a whole number"],
    [["create", "x", "--kind", "publishable", "--expires-at", "soon"], "expires_at"],
    [["rotate"], "Write plinth keys rotate ID"],
    [["revoke", "00000000-0000-7000-8000-000000000000"], "no such"],
  ] as const) {
    const { code, out, err } = await plinth("keys", ...args);
    expect([code, out, err]).toEqual([2, "", expect.stringContaining(message)]);
  }
});

test("an access key for S3 is created with its limits, listed without its secret, and revoked", async () => {
  await byOperator("buckets", "create", "team");
  const limits = ["--buckets", "team", "--prefix", "a/", "--read-only", "--expires-at", "2099-01-01T00:00:00Z"];
  const made = (await byOperator("s3-keys", "create", "backup", ...limits)) as Record<string, string>;
  expect(made).toMatchObject({ buckets: ["team"], prefix: "a/", read_only: true });
  const listed = await plinth("s3-keys", "list");
  expect([listed.code, listed.out]).toEqual([0, expect.stringContaining(made.access_key_id!)]);
  expect(listed.out).not.toContain(made.secret_access_key!);
  expect((await plinth("s3-keys", "revoke", made.id!)).code).toBe(0);
  expect((await plinth("s3-keys", "list")).out).not.toContain(made.id!);
  for (const [args, message] of [
    [["create", "x"], "No key can do this: it needs a user who has signed in"],
    [["create", "x", "--buckets", "none", "--token", server.token], "buckets.0: there is no such bucket"],
    [["revoke", made.id!], "There is no such access key"],
  ] as const) {
    const { code, out, err } = await plinth("s3-keys", ...args);
    expect([code, out, err]).toEqual([2, "", expect.stringContaining(message)]);
  }
});

test("settings for accounts are shown, set, and taken back with null", async () => {
  const own = ["--json", "--token", server.token];
  const settings = (...args: string[]) => server.json("auth-settings", ...args, "--token", server.token);
  expect(
    await settings("set", "passwords.min_length=12", "passwords.refuse_common=true", "pages.name=My = app"),
  ).toMatchObject({
    passwords: { min_length: 12, refuse_common: true },
    pages: { name: "My = app" },
  });
  const captcha = ["captcha.provider=turnstile", "captcha.site_key=0x4A", "captcha.secret=@-"];
  const kept = await server.plinthWith("12345\n", "auth-settings", "set", ...captcha, ...own);
  expect(dataOf(kept.out)).toMatchObject({ captcha: { site_key: "0x4A", secret: "***" } });
  await settings("set", "captcha.provider=null");
  const shown = await plinth("auth-settings", "get");
  expect(shown.out).toMatch(/^setting +value\n/);
  expect(shown.out).toMatch(/\npasswords.min_length +12\n/);
  expect(await settings("set", "pages.name=null", "passwords.min_length=null")).toMatchObject({
    passwords: { min_length: 8 },
    pages: { name: null },
  });
  for (const [args, message] of [
    [["set", "captcha.secret=0x4B"], "Write captcha.secret=@- and give the secret by the standard input"],
    [["set", "captcha.secret=@-", "captcha.site_key=@-"], "Only one setting can be @-"],
    [["set"], "Write plinth auth-settings set SECTION.SETTING=VALUE…"],
    [["set", "passwords"], '"passwords" is no setting; expected one such as'],
    [["set", "passwords.min_length=2"], "passwords.min_length: must be a whole number from 8 to 64"],
    [["set", "toString.x=2"], "toString"],
  ] as const) {
    const { code, out, err } = await plinth("auth-settings", ...args, "--token", server.token);
    expect([code, out, err]).toEqual([2, "", expect.stringContaining(message)]);
  }
});
