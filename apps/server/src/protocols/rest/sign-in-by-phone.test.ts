import { expect, test } from "bun:test";
import type { Config } from "@plinth/core";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";
import { mailer, sms } from "../../testing/senders.ts";

const ADA = "+4915112345678";
const CODE = /^\d{6}/;

const setPhone = (app: TestApp, headers: Record<string, string>, phone: object) =>
  app.send("/api/auth-settings", { phone }, headers, "PATCH");

/** An operator, a workspace that sends codes, and Ada, who has an account there. */
async function open(settings: Partial<Config> = {}) {
  const app = testApp(settings, { sms, mailer });
  const operator = bearer(await app.signUp("operator@example.com"));
  expect((await setPhone(app, operator, { sign_in: true })).status).toBe(200);
  const ada = bearer(await app.signUp("ada@example.com"));
  const read = async (path: string) =>
    ((await (await app.call(path, { headers: operator })).json()) as { data: never }).data;
  const messages = async (to: string) =>
    (await read(`/api/mail/outbox?channel=sms&to=${encodeURIComponent(to)}`)) as { id: string }[];
  /** The code in the newest message to a number, sent or not. */
  const codeTo = async (phone: string): Promise<string | undefined> => {
    const [message] = await messages(phone);
    if (!message) return undefined;
    const { content } = (await read(`/api/mail/outbox/${message.id}`)) as { content: { text: string } };
    return CODE.exec(content.text)![0];
  };
  const ask = (phone: string) => app.send("/api/auth/phone-code/send", { phone });
  const enter = (phone: string, code: string, more: object = {}) =>
    app.send("/api/auth/sign-in/phone-code", { phone, code, ...more });
  const add = async (phone: string, who = ada) => {
    const begun = await app.send("/api/auth/change-phone", { phone }, who);
    expect([begun.status, await begun.text()]).toEqual([200, '{"status":true}']);
    return app.send("/api/auth/verify-phone", { phone, code: await codeTo(phone) }, who);
  };
  const me = async (headers: Record<string, string>) =>
    ((await (await app.call("/api/me", { headers })).json()) as { data: Record<string, unknown> }).data;
  return { app, operator, ada, read, messages, codeTo, ask, enter, add, me };
}

type World = Awaited<ReturnType<typeof open>>;

/** The code that Ada gets after she has added her number. */
async function askedCode({ ask, codeTo }: World): Promise<string> {
  expect((await ask(ADA)).status).toBe(200);
  return (await codeTo(ADA))!;
}

const other = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

test("a number is added by its code, signs in by another, and is in the account, the list and the log", async () => {
  const world = await open();
  const { app, operator, me, read, enter } = world;
  await app.send("/api/auth/change-phone", { phone: "+49 (151) 123-456 78" }, world.ada);
  const added = { phone: "+49 151/12345678", code: await world.codeTo(ADA) };
  const set = await app.send("/api/auth/verify-phone", added, world.ada);
  expect(await set.json()).toEqual({ status: true, phone: ADA });
  const code = await askedCode(world);
  const signedIn = await enter(ADA, code);
  expect(signedIn.status).toBe(200);
  const body = (await signedIn.json()) as { token: string; user: Record<string, unknown> };
  expect(body.user).not.toHaveProperty("phone");
  expect(await me(bearer(body.token))).toMatchObject({ email: "ada@example.com", phone: ADA });
  const [listed] = (await read(`/api/users?phone=${encodeURIComponent(ADA)}`)) as { phone: string; email: string }[];
  expect(listed).toMatchObject({ phone: ADA, email: "ada@example.com" });
  const events = (await read("/api/security-log?limit=5")) as { type: string; outcome: string }[];
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["phone_change", "sign_in"]));
  expect(await refusalIn(await enter(ADA, code))).toEqual([401, "INVALID_CODE", "code"]);
  const rows = JSON.stringify(await app.driver.all({ sql: "select * from plinth_verifications", params: [] }));
  expect(rows).not.toMatch(new RegExp(`${code}|15112345678`));
  expect((await app.call("/api/users", { headers: operator })).status).toBe(200);
});

test("the answer is the same for a number that nobody has, and no message is sent to it", async () => {
  const world = await open();
  await world.add(ADA);
  const known = await world.ask(ADA);
  const unknown = await world.ask("+4915100000000");
  expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()]);
  expect(await world.messages("+4915100000000")).toEqual([]);
  expect(await refusalIn(await world.enter("+4915100000000", "123456"))).toEqual([401, "INVALID_CODE", "code"]);
});

test("five wrong codes end a code, a new one ends the one before, and it ends after ten minutes", async () => {
  const world = await open({ authRateLimit: 0 });
  await world.add(ADA);
  const first = await askedCode(world);
  for (let i = 0; i < 4; i++) expect((await world.enter(ADA, other(first))).status).toBe(401);
  expect((await world.enter(ADA, first)).status).toBe(200);
  const second = await askedCode(world);
  for (let i = 0; i < 5; i++) expect((await world.enter(ADA, other(second))).status).toBe(401);
  expect((await world.enter(ADA, second)).status).toBe(401);
  const third = await askedCode(world);
  const fourth = await askedCode(world);
  if (third !== fourth) expect((await world.enter(ADA, third)).status).toBe(401);
  await world.app.driver.run({ sql: "update plinth_verifications set expires_at = 1", params: [] });
  expect(await refusalIn(await world.enter(ADA, fourth))).toEqual([401, "INVALID_CODE", "code"]);
});

test("of two sign-ins with one code at the same time, one succeeds", async () => {
  const world = await open();
  await world.add(ADA);
  const code = await askedCode(world);
  const answers = await Promise.all([1, 2, 3, 4].map(() => world.enter(ADA, code)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
});

test("an account with a second factor asks for it, and a blocked one is refused", async () => {
  const world = await open();
  const { app, operator, add, read, enter } = world;
  await add(ADA);
  await app.driver.run({ sql: "update plinth_users set two_factor_enabled = 1 where phone is not null", params: [] });
  const due = await enter(ADA, await askedCode(world));
  expect(await due.json()).toMatchObject({ two_factor_redirect: true, challenge: expect.any(String) });
  await app.driver.run({ sql: "update plinth_users set two_factor_enabled = 0", params: [] });
  const [{ id } = { id: "" }] = (await read(`/api/users?phone=${encodeURIComponent(ADA)}`)) as { id: string }[];
  await app.send(`/api/users/${id}/block`, {}, operator);
  expect(await refusalIn(await enter(ADA, await askedCode(world)))).toEqual([403, "USER_BLOCKED"]);
});

test.each([
  "12345",
  "015112345678",
  "+49",
  "+49 abc 123456",
  "+0151123456789",
  "+1234567890123456",
  "",
  "+4915112345678\u0000",
])("%p is no number: the error says what one is", async (phone) => {
  const { ask } = await open();
  const answer = await ask(phone);
  expect(answer.status).toBe(422);
  const { error } = (await answer.json()) as { error: { message: string; details: object } };
  expect(error.details).toMatchObject({ field: "phone" });
  expect(error.message).toContain("+4915112345678");
});

test("a workspace decides whether codes are sent, to which countries, and how many a day", async () => {
  const { app, operator, ada, ask, add, enter, messages } = await open({ authRateLimit: 0 });
  await add(ADA);
  await setPhone(app, operator, { countries: ["+1", "+44"] });
  expect(await refusalIn(await ask(ADA))).toEqual([403, "PHONE_NOT_ALLOWED", "phone"]);
  expect(await refusalIn(await enter(ADA, "123456"))).toEqual([403, "PHONE_NOT_ALLOWED", "phone"]);
  const change = await app.send("/api/auth/change-phone", { phone: ADA }, ada);
  expect(await refusalIn(change)).toEqual([403, "PHONE_NOT_ALLOWED", "phone"]);
  await setPhone(app, operator, { countries: null, max_per_day: 2 });
  expect((await ask(ADA)).status).toBe(200);
  const refused = [await ask(ADA), await ask("+4915100000000")];
  expect(refused.map(({ status }) => status)).toEqual([429, 429]);
  expect(await messages(ADA)).toHaveLength(2);
  await setPhone(app, operator, { sign_in: false });
  expect(await refusalIn(await ask(ADA))).toEqual([501, "SMS_NOT_CONFIGURED"]);
  expect(await refusalIn(await setPhone(app, operator, { countries: ["49"] }))).toEqual([
    422,
    "VALIDATION",
    "phone.countries.0",
  ]);
});

test("a number gets five codes an hour, whether or not an account has it, and an address asks for ten", async () => {
  const { ask } = await open({ authRateLimit: 1000 });
  const statuses = async (phone: string, times: number) =>
    Promise.all(Array.from({ length: times }, () => ask(phone).then(({ status }) => status)));
  expect((await statuses("+4915100000000", 6)).sort()).toEqual([200, 200, 200, 200, 200, 429]);
  const more = await Promise.all(Array.from({ length: 6 }, (_, i) => ask(`+491510000000${i + 1}`)));
  expect(more.map(({ status }) => status).filter((status) => status === 429)).toHaveLength(1);
});

test("a number is one account's, and its owner removes it unless nothing else would sign in", async () => {
  const { app, ada, add, me } = await open();
  await add(ADA);
  const bob = bearer(await app.signUp("bob@example.com"));
  expect(await refusalIn(await add(ADA, bob))).toEqual([409, "UNIQUE_VIOLATION", "phone"]);
  await app.driver.run({ sql: "update plinth_accounts set password = null", params: [] });
  expect(await refusalIn(await app.send("/api/me/phone", undefined, ada, "DELETE"))).toEqual([
    409,
    "CONFLICT",
    "phone",
  ]);
  await app.driver.run({ sql: "update plinth_accounts set password = 'x'", params: [] });
  expect((await app.send("/api/me/phone", undefined, ada, "DELETE")).status).toBe(200);
  expect(await me(ada)).not.toHaveProperty("phone");
  expect(await refusalIn(await app.send("/api/me/phone", undefined, ada, "DELETE"))).toEqual([404, "NOT_FOUND"]);
});

test("a number is changed only with a fresh proof, and by nobody who has not signed in", async () => {
  const { app, ada } = await open();
  expect((await app.send("/api/auth/change-phone", { phone: ADA })).status).toBe(401);
  expect((await app.send("/api/auth/verify-phone", { phone: ADA, code: "123456" })).status).toBe(401);
  await app.driver.run({ sql: "update plinth_sessions set authenticated_at = 1", params: [] });
  expect(await refusalIn(await app.send("/api/auth/change-phone", { phone: ADA }, ada))).toEqual([
    403,
    "STEP_UP_REQUIRED",
  ]);
  expect((await app.send("/api/me/phone", undefined, ada, "DELETE")).status).toBe(403);
});

test("without a sender there are no codes, and no workspace can turn them on", async () => {
  const app = testApp();
  const operator = bearer(await app.signUp("operator@example.com"));
  expect(await refusalIn(await setPhone(app, operator, { sign_in: true }))).toEqual([
    501,
    "SMS_NOT_CONFIGURED",
    "phone.sign_in",
  ]);
  expect(await refusalIn(await app.send("/api/auth/phone-code/send", { phone: ADA }))).toEqual([
    501,
    "SMS_NOT_CONFIGURED",
  ]);
});

test("whoever proves the address of an account takes the number from whoever signed it up before", async () => {
  const world = await open();
  await world.add(ADA);
  await world.app.send("/api/auth/email-otp/send-verification-otp", { email: "ada@example.com" });
  const [mail] = (await world.read("/api/mail/outbox?channel=mail&to=ada@example.com&limit=1")) as { id: string }[];
  const { content } = (await world.read(`/api/mail/outbox/${mail!.id}`)) as { content: { text: string } };
  const otp = /^\d{6}$/m.exec(content.text)![0];
  const entered = await world.app.send("/api/auth/sign-in/email-otp", { email: "ada@example.com", otp });
  expect(await world.me(bearer(entered.headers.get("set-auth-token")!))).not.toHaveProperty("phone");
  expect((await world.ask(ADA)).status).toBe(200);
  expect(await world.messages(ADA)).toHaveLength(1);
});
