/** A browser is known after every way of signing in, so that attempts of strangers do not lock its user out. */
import { expect, test } from "bun:test";
import { bearer, testApp } from "../../testing/app.ts";
import { mailer, sms } from "../../testing/senders.ts";

const PASSWORD = "a comet with a long tail";
const PHONE = "+4915112345678";

async function open() {
  const app = testApp({ authRateLimit: 0 }, { sms, mailer });
  const operator = bearer(await app.signUp("operator@example.com"));
  const settings = { phone: { sign_in: true, sign_up: true }, anonymous: { sign_in: true } };
  expect((await app.send("/api/auth-settings", settings, operator, "PATCH")).status).toBe(200);
  const read = async (path: string) =>
    ((await (await app.call(path, { headers: operator })).json()) as { data: never }).data;
  /** What is in the newest message to somebody. */
  const sentTo = async (to: string, pattern: RegExp) => {
    const [{ id }] = (await read(`/api/mail/outbox?to=${encodeURIComponent(to)}&limit=1`)) as [{ id: string }];
    const { content } = (await read(`/api/mail/outbox/${id}`)) as { content: { text: string } };
    return pattern.exec(content.text)![1];
  };
  const auth = async (path: string, body: object, headers = {}) => {
    const answer = await app.send(`/api/auth/${path}`, body, headers);
    expect([path, answer.status]).toEqual([path, 200]);
    return answer;
  };
  const deviceIn = (answer: Response) =>
    answer.headers
      .getSetCookie()
      .find((one) => one.startsWith("plinth.device="))
      ?.split(";")[0];
  const count = async () => (await app.driver.all({ sql: "select id from plinth_devices", params: [] })).length;
  return { ...app, auth, sentTo, deviceIn, count };
}

const TOKEN = /token=([^&\s]+)/;
const CODE = /(?:^|\s)(\d{6})(?:\s|\.|$)/;

test("a browser is known after each way of signing in, and after a reset; known once, it is not noted again", async () => {
  const { auth, sentTo, deviceIn, count } = await open();
  const signUp = (email: string) => auth("sign-up/email", { name: "Ada", email, password: PASSWORD });
  const enter = (email: string, headers?: object, password = PASSWORD) =>
    auth("sign-in/email", { email, password }, headers);
  const ways: Record<string, () => Promise<Response>> = {
    "sign-up": () => signUp("new@example.com"),
    password: async () => {
      await signUp("password@example.com");
      return enter("password@example.com");
    },
    "magic link": async () => {
      await auth("sign-in/magic-link", { email: "link@example.com" });
      return auth("magic-link/verify", { token: await sentTo("link@example.com", TOKEN) });
    },
    "code by mail": async () => {
      await auth("email-otp/send-verification-otp", { email: "code@example.com" });
      return auth("sign-in/email-otp", { email: "code@example.com", otp: await sentTo("code@example.com", CODE) });
    },
    "code by phone": async () => {
      await auth("phone-code/send", { phone: PHONE });
      return auth("sign-in/phone-code", { phone: PHONE, code: await sentTo(PHONE, CODE) });
    },
    reset: async () => {
      await signUp("reset@example.com");
      await auth("request-password-reset", { email: "reset@example.com" });
      const token = await sentTo("reset@example.com", TOKEN);
      return auth("reset-password", { token, new_password: "another comet" });
    },
  };
  const answers = Object.entries(ways).map(async ([way, signIn]) => [way, deviceIn(await signIn())] as const);
  const cookies = Object.fromEntries(await Promise.all(answers));
  const isCookie = expect.stringMatching(/^plinth\.device=[\w-]{22}\.[\w-]{43}$/);
  expect(cookies).toEqual(Object.fromEntries(Object.keys(ways).map((way) => [way, isCookie])));
  const before = await count();
  const again = [
    await enter("password@example.com", { cookie: cookies.password }),
    await enter("reset@example.com", { cookie: cookies.reset }, "another comet"),
  ];
  expect(again.map(deviceIn)).toEqual([undefined, undefined]);
  expect(await count()).toBe(before);
});

test("an anonymous user's browser is known once the user has an account", async () => {
  const { auth, sentTo, deviceIn, count } = await open();
  const guest = await auth("sign-in/anonymous", {});
  const before = await count();
  expect(deviceIn(guest)).toBeUndefined();
  const headers = bearer(guest.headers.get("set-auth-token")!);
  await auth("change-phone", { phone: PHONE }, headers);
  expect(
    deviceIn(await auth("verify-phone", { phone: PHONE, code: await sentTo(PHONE, CODE) }, headers)),
  ).toBeDefined();
  expect(await count()).toBe(before + 1);
});

test("a known browser is known after a new password, and no other is", async () => {
  const { auth, sentTo, deviceIn, count } = await open();
  const email = "ada@example.com";
  const signUp = await auth("sign-up/email", { name: "Ada", email, password: PASSWORD });
  const before = await count();
  const enter = (password: string, cookie: string) => auth("sign-in/email", { email, password }, { cookie });
  const changeBy = (more: object) => async (password: string, new_password: string, cookie: string) => {
    const headers = { cookie, ...bearer((await enter(password, cookie)).headers.get("set-auth-token")!) };
    return auth("change-password", { current_password: password, new_password, ...more }, headers);
  };
  const ways = [
    changeBy({}),
    changeBy({ revoke_other_sessions: true }),
    async (_: string, new_password: string, cookie: string) => {
      await auth("request-password-reset", { email });
      return auth("reset-password", { token: await sentTo(email, TOKEN), new_password }, { cookie });
    },
  ];
  let known = deviceIn(signUp)!;
  for (const [n, choose] of ways.entries()) {
    const password = (times: number) => PASSWORD + "!".repeat(times);
    // Another browser of the same account.
    const other = deviceIn(await enter(password(n), "none=1"))!;
    expect(await count()).toBe(before + 1);
    const given = deviceIn(await choose(password(n), password(n + 1), known));
    expect([n, given, await count()]).toEqual([n, expect.any(String), before]);
    expect(given).not.toBe(known);
    expect(deviceIn(await enter(password(n + 1), given!))).toBeUndefined();
    expect(given).not.toBe(other);
    known = given!;
  }
});

test("two people who sign in by turns in one browser keep it known, and their other browsers", async () => {
  const { auth, deviceIn, count } = await open();
  const emails = ["ada@example.com", "grace@example.com"];
  for (const email of emails) await auth("sign-up/email", { name: "Ada", email, password: PASSWORD });
  const before = await count();
  let cookie = "";
  const given: (string | undefined)[] = [];
  for (let round = 0; round < 2; round++) {
    for (const email of emails) {
      const set = deviceIn(await auth("sign-in/email", { email, password: PASSWORD }, { cookie }));
      given.push(set);
      cookie = set ?? cookie;
    }
  }
  expect(given).toEqual([expect.any(String), expect.any(String), undefined, undefined]);
  expect(await count()).toBe(before + 2);
});

test("the cookie has room for five accounts, and none for what this server has not signed", async () => {
  const { auth, deviceIn } = await open();
  let cookie = "plinth.device=forged.forged~~x";
  const entries: string[] = [];
  for (let n = 0; n < 6; n++) {
    const person = { name: "Ada", email: `ada${n}@example.com`, password: PASSWORD };
    cookie = deviceIn(await auth("sign-up/email", person, { cookie }))!;
    entries.unshift(/=([^~]*)/.exec(cookie)![1]!);
    expect(cookie).toBe(`plinth.device=${entries.slice(0, 5).join("~")}`);
  }
});

test("a browser stays known that signs its user out elsewhere, and no other does", async () => {
  const { auth, send, deviceIn, driver } = await open();
  const account = { email: "ada@example.com", password: PASSWORD };
  const here = await auth("sign-up/email", { name: "Ada", ...account });
  const signIn = async () => deviceIn(await auth("sign-in/email", account));
  const headers = { ...bearer(here.headers.get("set-auth-token")!), cookie: deviceIn(here)! };
  const known = async (cookie: string) => deviceIn(await auth("sign-in/email", account, { cookie })) === undefined;
  for (const [method, path] of [
    ["DELETE", "/api/sessions"],
    ["POST", "/api/auth/revoke-other-sessions"],
  ] as const) {
    const elsewhere = (await signIn())!;
    expect((await send(path, undefined, headers, method)).status).toBe(200);
    expect([path, await known(headers.cookie), await known(elsewhere)]).toEqual([path, true, false]);
  }
  // Operators' accounts are in a pool of their own.
  const operator = await send("/api/operator/auth/sign-in/email", {
    email: "operator@example.com",
    password: "correct horse",
  });
  const own = operator.headers
    .getSetCookie()
    .find((one) => one.includes(".device="))!
    .split(";")[0]!;
  await send("/api/sessions", undefined, { ...bearer(operator.headers.get("set-auth-token")!), cookie: own }, "DELETE");
  const sql =
    "select d.id from plinth_devices d join plinth_users u on u.id = d.user_id where u.email = 'operator@example.com'";
  expect(await driver.all({ sql, params: [] })).toHaveLength(1);
});
