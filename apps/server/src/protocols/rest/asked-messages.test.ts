/** Strangers who ask for mails and codes to somebody use up neither that person's nor fill the mailbox. */
import { expect, test } from "bun:test";
import { bearer, testApp } from "../../testing/app.ts";
import { mailer, sms } from "../../testing/senders.ts";

const EMAIL = "ada@example.com";
const PHONE = "+4915112345678";

/** What anybody can have sent to somebody, and by which message. */
const KINDS = {
  magic_link: ["sign-in/magic-link", { email: EMAIL }, EMAIL],
  email_code: ["email-otp/send-verification-otp", { email: EMAIL }, EMAIL],
  reset_password: ["request-password-reset", { email: EMAIL }, EMAIL],
  verify_email: ["send-verification-email", { email: EMAIL }, EMAIL],
  phone_code: ["phone-code/send", { phone: PHONE }, PHONE],
} as const;

type Kind = keyof typeof KINDS;

async function open(phone: object = {}) {
  let later = 0;
  const clock = { now: () => Date.now() + later };
  const app = testApp({ authRateLimit: 1000 }, { sms, mailer, clock });
  const operator = bearer(await app.signUp("operator@example.com"));
  const settings = { phone: { sign_in: true, max_per_day: 1000, ...phone } };
  expect((await app.send("/api/auth-settings", settings, operator, "PATCH")).status).toBe(200);
  const account = { name: "Ada", email: EMAIL, password: "a comet with a long tail" };
  /** The cookie of a new browser that is known then. */
  const deviceAfter = async (path: string, body: object) => {
    const answer = await app.call(`/api/auth/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      from: "192.0.2.1",
    });
    const set = answer.headers.getSetCookie().find((one) => one.startsWith("plinth.device="))!;
    return set.split(";")[0]!;
  };
  const device = await deviceAfter("sign-up/email", account);
  const signIn = () => deviceAfter("sign-in/email", { email: EMAIL, password: account.password });
  const run = (sql: string) => app.driver.run({ sql, params: [] });
  await run(`update plinth_users set phone = '${PHONE}' where email = '${EMAIL}'`);
  await run("delete from plinth_sessions");
  await run("delete from plinth_mail");
  const ask = async (kind: Kind, from: string, times = 1, cookie?: string) => {
    const [path, body] = KINDS[kind];
    const answers = Array.from({ length: times }, () =>
      app.call(`/api/auth/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...(cookie !== undefined && { cookie }) },
        body: JSON.stringify(body),
        from,
      }),
    );
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    // A refused text message says so.
    const [most] = kind === "phone_code" ? [429] : [200];
    expect([kind, statuses.filter((status) => status !== 200 && status !== most)]).toEqual([kind, []]);
    return sent(kind);
  };
  const sent = async (kind: Kind) => {
    const [, , to] = KINDS[kind];
    const sql = `select id from plinth_mail where template = '${kind}' and recipient = '${to}'`;
    return (await app.driver.all({ sql, params: [] })).length;
  };
  const askFor = (n: number, from: string) =>
    app.call("/api/auth/phone-code/send", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ phone: `+4915112340${n}` }),
      from,
    });
  const pass = (ms: number) => {
    later += ms;
  };
  return { ask, device, signIn, askFor, pass };
}

test("of each kind of message a stranger has five an hour sent to somebody, all strangers together fifteen, and that person's browser its own five", async () => {
  const { ask, device } = await open();
  const course = async (kind: Kind): Promise<number[]> => [
    await ask(kind, "203.0.113.6", 8),
    // The owner, in a new browser.
    await ask(kind, "198.51.100.7"),
    await ask(kind, "203.0.113.7", 8),
    await ask(kind, "203.0.113.8", 8),
    await ask(kind, "203.0.113.9"),
    // In a browser of before.
    await ask(kind, "203.0.113.6", 8, device),
  ];
  const kinds = Object.keys(KINDS) as Kind[];
  const counts = Object.fromEntries(await Promise.all(kinds.map(async (kind) => [kind, await course(kind)])));
  // The mail of the sign-up counts too, for its own network.
  const verifyMails = [5, 6, 11, 14, 14, 19];
  const expected = kinds.map((kind) => [kind, kind === "verify_email" ? verifyMails : [5, 6, 11, 15, 15, 20]]);
  expect(counts).toEqual(Object.fromEntries(expected));
});

test("somebody who has signed up with another's address, or with an own number, floods neither by many browsers", async () => {
  const { ask, device, signIn } = await open();
  const devices = [device, ...(await Promise.all([signIn(), signIn(), signIn()]))];
  const asked = async (kind: Kind) => {
    await Promise.all(devices.map((one) => ask(kind, "203.0.113.6", 6, one)));
    const byKnown = await ask(kind, "203.0.113.6", 0);
    // The owner of the address, whose browser is none of these.
    return [byKnown, await ask(kind, "203.0.113.6")];
  };
  // One network has ten text messages an hour.
  expect(await Promise.all([asked("reset_password"), asked("phone_code")])).toEqual([
    [15, 16],
    [10, 11],
  ]);
});

test("strangers use up neither a day's text messages nor one network more than its part of them", async () => {
  const { ask, device, askFor, pass } = await open({ max_per_day: 40, sign_up: true });
  const asked = async (from: string, numbers: readonly number[]) => {
    await Promise.all(numbers.map((n) => askFor(n, from)));
  };
  const range = (first: number, count: number) => Array.from({ length: count }, (_, n) => first + n);
  // Ten are the part of a network, also in the next hour.
  await asked("203.0.113.1", range(100, 12));
  pass(3_600_000);
  expect(await ask("phone_code", "203.0.113.1")).toBe(0);
  await asked("203.0.113.2", range(200, 10));
  await asked("203.0.113.3", range(300, 10));
  // Thirty are the part of all strangers.
  expect(await ask("phone_code", "203.0.113.4")).toBe(0);
  expect(await ask("phone_code", "203.0.113.4", 1, device)).toBe(1);
});
