import { expect, test } from "bun:test";
import type { Config } from "@plinth/core";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";
import { mailer } from "../../testing/senders.ts";

const CODE = /^\d{6}$/m;

/** An operator, and an app over the same database with these settings. */
async function open(settings: Partial<Config> = {}) {
  const first = testApp();
  const operator = bearer(await first.signUp("operator@example.com"));
  const app = testApp(settings, { driver: first.driver, mailer });
  const read = async (path: string) =>
    ((await (await app.call(path, { headers: operator })).json()) as { data: never }).data;
  /** The code in the newest mail to an address, sent or not. */
  const codeTo = async (email: string): Promise<string | undefined> => {
    const asked = await app.send("/api/auth/email-otp/send-verification-otp", { email });
    expect([asked.status, await asked.text()]).toEqual([200, '{"success":true}']);
    const [mail] = (await read(`/api/mail/outbox?to=${email}&limit=1`)) as { id: string }[];
    if (!mail) return undefined;
    const { content } = (await read(`/api/mail/outbox/${mail.id}`)) as { content: { text: string } };
    return CODE.exec(content.text)![0];
  };
  const enter = (email: string, otp: string) => app.send("/api/auth/sign-in/email-otp", { email, otp });
  return { app, operator, codeTo, enter };
}

test("an address that is invited gets an account with its roles, and any other no mail", async () => {
  const { app, operator, codeTo, enter } = await open({ signUp: "invite" });
  await app.send("/api/roles", { name: "editor" }, operator);
  await app.send("/api/invitations", { email: "guest@example.com", roles: ["editor"] }, operator);
  expect(await codeTo("stranger@example.com")).toBeUndefined();
  const entered = await enter("guest@example.com", (await codeTo("guest@example.com"))!);
  const me = await app.call("/api/me", { headers: bearer(entered.headers.get("set-auth-token")!) });
  expect(await me.json()).toMatchObject({ data: { roles: ["public", "authenticated", "editor"] } });
  // An operator's address is one like any other here.
  expect(await codeTo("operator@example.com")).toBeUndefined();
});

test("a domain that may not sign up gets no mail", async () => {
  const { codeTo } = await open({ signUpDomains: ["example.com"] });
  expect(await codeTo("a@example.org")).toBeUndefined();
  expect(await codeTo("a@example.com")).toBeDefined();
});

test("a code that was sent opens no account once sign-up is closed", async () => {
  const { app, codeTo } = await open();
  const otp = await codeTo("late@example.com");
  const closed = testApp({ signUp: "closed" }, { driver: app.driver, mailer });
  const answer = await closed.send("/api/auth/sign-in/email-otp", { email: "late@example.com", otp });
  expect(await refusalIn(answer)).toEqual([403, "SIGN_UP_CLOSED"]);
});

test("nobody becomes the operator by a mail", async () => {
  const app = testApp({}, { mailer });
  await app.send("/api/auth/email-otp/send-verification-otp", { email: "first@example.com" });
  expect(await app.driver.all({ sql: "select id from plinth_mail", params: [] })).toEqual([]);
  expect(
    await refusalIn(await app.send("/api/auth/sign-in/email-otp", { email: "first@example.com", otp: "000000" })),
  ).toEqual([401, "INVALID_CODE", "otp"]);
});

test("a workspace's program is asked when a code is entered, not when it is sent", async () => {
  const { app, operator, codeTo, enter } = await open({ privateAddresses: true });
  let asked = 0;
  const program = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => Response.json({ decision: asked++ === 0 ? "deny" : "allow" }),
  });
  try {
    await app.send("/api/auth-settings/hook-secret", undefined, operator);
    const hooks = { before_sign_up: `http://127.0.0.1:${program.port}` };
    expect((await app.send("/api/auth-settings", { hooks }, operator, "PATCH")).status).toBe(200);
    const otp = await codeTo("new@example.com");
    expect(asked).toBe(0);
    expect(await refusalIn(await enter("new@example.com", otp!))).toEqual([403, "SIGN_UP_REFUSED"]);
    const again = await codeTo("new@example.com");
    expect((await enter("new@example.com", again!)).status).toBe(200);
    expect((await enter("new@example.com", (await codeTo("new@example.com"))!)).status).toBe(200);
    expect(asked).toBe(2);
  } finally {
    program.stop(true);
  }
});
