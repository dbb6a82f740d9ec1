import { expect, test } from "bun:test";
import type { Config, Mail, Mailer } from "@plinth/core";
import { DeliveryError } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

/** A mailer that keeps what it is given, and refuses while `failing`. */
function testMailer() {
  const sent: Mail[] = [];
  const state = { failing: undefined as DeliveryError["kind"] | undefined };
  const mailer: Mailer = {
    name: "test",
    capabilities: { deduplicates: false, development: false },
    async send(mail) {
      if (state.failing) throw new DeliveryError(state.failing, "the test says no");
      sent.push(mail);
    },
  };
  return { sent, state, mailer };
}

async function open(settings: Partial<Config> = {}) {
  const { sent, state, mailer } = testMailer();
  const server = testApp(settings, { mailer });
  const operator = await server.signUp("operator@example.com");
  /** Until no mail waits: some are sent after the answer that queued them. */
  const tick = async (): Promise<void> => {
    await until(async () => {
      await server.send("/api/tick", {}, bearer(operator));
      const waiting = await server.call("/api/mail/outbox?state=queued", { headers: bearer(operator) });
      return ((await waiting.json()) as { data: object[] }).data.length === 0;
    }, "no mail waits");
  };
  /** The newest mail to an address, once all are sent. */
  const mailTo = async (address: string): Promise<Mail | undefined> => {
    await tick();
    return sent.findLast(({ to }) => to === address);
  };
  const tokenIn = (mail: Mail | undefined) =>
    new URL(/https?:\S+/.exec(mail?.text ?? "")![0]).searchParams.get("token")!;
  const link = (mail: Mail | undefined) => new URL(/https?:\S+/.exec(mail?.text ?? "")![0]);
  /** Opens the link, and presses the button of its page. */
  const follow = async (mail: Mail | undefined) => {
    const { pathname, search } = link(mail);
    expect((await server.call(pathname + search)).status).toBe(200);
    return server.send("/api/auth/verify-email", { token: tokenIn(mail) });
  };
  const signIn = (email: string, password = "correct horse") =>
    server.send("/api/auth/sign-in/email", { email, password });
  return { ...server, sent, state, operator, tick, mailTo, tokenIn, link, follow, signIn };
}

test("a server that stops waits for the mail that it is sending, which would be sent again otherwise", async () => {
  const { mailer } = testMailer();
  const [arrived, acknowledged] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const send = async () => {
    arrived.resolve();
    await acknowledged.promise;
  };
  const { app, driver, signUp } = testApp({}, { mailer: { ...mailer, send } });
  await app.ready();
  await signUp("operator@example.com");
  await arrived.promise;
  let hasEnded = false;
  const ended = app.windDown().then(() => (hasEnded = true));
  await Bun.sleep(20);
  expect(hasEnded).toBe(false);
  acknowledged.resolve();
  await ended;
  expect(await driver.all({ sql: "select state, attempts from plinth_mail", params: [] })).toEqual([
    { state: "sent", attempts: 1 },
  ]);
  await app.close();
});

test("a sign-up's mail confirms the address, once", async () => {
  const { signUp, mailTo, follow, call } = await open();
  const token = await signUp("ada@example.com");
  const mail = await mailTo("ada@example.com");
  expect(mail?.subject).toBe("Confirm your email address");
  const first = await follow(mail);
  expect(first.status).toBe(200);
  const session = await call("/api/auth/get-session", { headers: bearer(token) });
  expect(await session.json()).toMatchObject({ user: { email_verified: true } });
});

test("a forgotten password is replaced by a mail's link, which works once and ends all sessions", async () => {
  const { signUp, send, mailTo, tokenIn, signIn, call } = await open();
  const session = await signUp("ada@example.com");
  expect(await (await send("/api/auth/request-password-reset", { email: "ada@example.com" })).json()).toMatchObject({
    status: true,
  });
  const mail = await mailTo("ada@example.com");
  expect(mail?.subject).toBe("Choose a new password");
  const body = { token: tokenIn(mail), new_password: "another horse" };
  expect((await send("/api/auth/reset-password", body)).status).toBe(200);
  expect(await refusalIn(await send("/api/auth/reset-password", body))).toEqual([422, "VALIDATION", "token"]);
  expect((await signIn("ada@example.com")).status).toBe(401);
  expect((await signIn("ada@example.com", "another horse")).status).toBe(200);
  expect((await call("/api/me", { headers: bearer(session) })).status).toBe(401);
});

test("nobody learns from a reset whether an account exists: not by the answer and not by its time", async () => {
  const { signUp, send } = await open();
  await signUp("ada@example.com");
  const ask = async (email: string) => {
    const began = performance.now();
    const response = await send("/api/auth/request-password-reset", { email });
    const text = await response.text();
    return { status: response.status, text, ms: performance.now() - began };
  };
  const known = await ask("ada@example.com");
  const unknown = await ask("nobody@example.com");
  expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
  expect(Math.min(known.ms, unknown.ms)).toBeGreaterThan(450);
});

test("an address changes once the old one approves and the new one answers", async () => {
  const { signUp, send, mailTo, follow, signIn } = await open();
  const session = await signUp("ada@example.com");
  await follow(await mailTo("ada@example.com"));
  const change = await send("/api/auth/change-email", { new_email: "new@example.com" }, bearer(session));
  expect(change.status).toBe(200);
  const approval = await mailTo("ada@example.com");
  expect(approval?.text).toContain("new@example.com");
  expect(await mailTo("new@example.com")).toBeUndefined();
  await follow(approval);
  expect((await signIn("new@example.com")).status).toBe(401);
  const confirmation = await mailTo("new@example.com");
  expect(confirmation?.subject).toBe("Confirm your new email address");
  await follow(confirmation);
  expect((await signIn("new@example.com")).status).toBe(200);
  expect((await signIn("ada@example.com")).status).toBe(401);
});

test("an address that is taken changes nothing, and the answer does not say so", async () => {
  const { signUp, send, sent, tick } = await open();
  await signUp("ada@example.com");
  const session = await signUp("bob@example.com");
  await tick();
  const before = sent.length;
  const taken = await send("/api/auth/change-email", { new_email: "ada@example.com" }, bearer(session));
  const free = await send("/api/auth/change-email", { new_email: "free@example.com" }, bearer(session));
  expect(await taken.text()).toBe(await free.text());
  await tick();
  expect(sent.slice(before).map(({ to }) => to)).toEqual(["free@example.com"]);
});

test("where addresses must be confirmed, nobody signs in before; the operator of the setup does", async () => {
  const { send, signIn, mailTo, follow, sent, tick, operator, call } = await open({ emailVerification: "required" });
  expect((await call("/api/me", { headers: bearer(operator) })).status).toBe(200);
  const credentials = { email: "operator@example.com", password: "correct horse" };
  expect((await send("/api/operator/auth/sign-in/email", credentials)).status).toBe(200);
  const form = { name: "Ada", email: "ada@example.com", password: "correct horse" };
  const first = (await (await send("/api/auth/sign-up/email", form)).json()) as { token: null; user: object };
  expect(first.token).toBeNull();
  expect(await refusalIn(await signIn("ada@example.com"))).toEqual([403, "EMAIL_NOT_VERIFIED"]);
  expect(await refusalIn(await signIn("ada@example.com", "wrong horse"))).toEqual([401, "INVALID_CREDENTIALS"]);
  const mail = await mailTo("ada@example.com");
  await follow(mail);
  expect((await signIn("ada@example.com")).status).toBe(200);
  await tick();
  const before = sent.length;
  const second = (await (await send("/api/auth/sign-up/email", form)).json()) as { token: null; user: object };
  expect(Object.keys(second.user).sort()).toEqual(Object.keys(first.user).sort());
  await tick();
  expect(sent.slice(before).map(({ to, subject }) => [to, subject])).toEqual([
    ["ada@example.com", "You already have an account"],
  ]);
});

test("links lead to a page of the list, exactly, or to a path", async () => {
  const page = "https://app.example.com/welcome";
  const { signUp, send, mailTo, link } = await open({ redirectUrls: [page] });
  await signUp("ada@example.com");
  const ask = (redirectTo: string) =>
    send("/api/auth/request-password-reset", { email: "ada@example.com", callback_url: redirectTo });
  for (const elsewhere of [
    "https://evil.example/",
    `${page}/`,
    `${page}?x=1`,
    "https://app.example.com.evil.example/welcome",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "",
  ]) {
    expect([elsewhere, ...(await refusalIn(await ask(elsewhere)))]).toEqual([
      elsewhere,
      422,
      "VALIDATION",
      "callback_url",
    ]);
  }
  await ask(page);
  expect(link(await mailTo("ada@example.com")).href).toStartWith(`${page}?token=`);
  await ask("/choose?lang=de");
  expect(link(await mailTo("ada@example.com")).href).toStartWith("http://localhost:8787/choose?lang=de&token=");
});

test("a wrong token is refused, and leads nowhere", async () => {
  const { send } = await open();
  const verify = async (body: object) => refusalIn(await send("/api/auth/verify-email", body));
  expect(await verify({ token: "made.up.token" })).toEqual([422, "VALIDATION", "token"]);
  const away = { token: "x", callback_url: "https://evil.example/" };
  expect(await verify(away)).toEqual([422, "VALIDATION", "callback_url"]);
});

test("a program that opens the link of a stranger's sign-up confirms nothing", async () => {
  const { send, mailTo, link, call, signIn } = await open({ emailVerification: "required" });
  await send("/api/auth/sign-up/email", { name: "Eve", email: "victim@example.com", password: "correct horse" });
  const { pathname, search } = link(await mailTo("victim@example.com"));
  expect((await call(pathname + search)).status).toBe(200);
  expect(await refusalIn(await signIn("victim@example.com"))).toEqual([403, "EMAIL_NOT_VERIFIED"]);
});

test("without a mailer, flows that need one are refused, and sign-up works", async () => {
  const { signUp, send } = testApp();
  const session = await signUp("ada@example.com");
  for (const [path, body] of [
    ["request-password-reset", { email: "ada@example.com" }],
    ["send-verification-email", { email: "ada@example.com" }],
    ["change-email", { new_email: "new@example.com" }],
  ] as const) {
    expect(await refusalIn(await send(`/api/auth/${path}`, body, bearer(session)))).toEqual([
      501,
      "MAIL_NOT_CONFIGURED",
    ]);
  }
});

test("no address gets more than five mails of a kind in an hour", async () => {
  const { signUp, send, sent, tick } = await open();
  const session = await signUp("ada@example.com");
  for (let i = 0; i < 7; i++)
    await send("/api/auth/send-verification-email", { email: "ada@example.com" }, bearer(session));
  await tick();
  expect(sent.filter(({ to }) => to === "ada@example.com")).toHaveLength(5);
});

test("mails and authenticator apps say the name on the workspace's pages, unless it would be a link", async () => {
  const { send, signUp, mailTo, operator } = await open({ mailFrom: { address: "mail@example.com", name: "Server" } });
  const ada = bearer(await signUp("ada@example.com"));
  const names = async (name: string | null) => {
    expect((await send("/api/auth-settings", { pages: { name } }, bearer(operator), "PATCH")).status).toBe(200);
    await send("/api/auth/request-password-reset", { email: "ada@example.com" });
    const enabled = await send("/api/auth/two-factor/enable", { password: "correct horse" }, ada);
    const { totp_uri } = (await enabled.json()) as { totp_uri: string };
    const { text } = (await mailTo("ada@example.com"))!;
    return [/ at ([^.]+)\. To choose/.exec(text)?.[1], new URL(totp_uri).searchParams.get("issuer")];
  };
  expect(await names("Flowers & Sons")).toEqual(["Flowers & Sons", "Flowers & Sons"]);
  expect(await names("Win at evil.example")).toEqual(["Server", "Server"]);
  expect(await names(null)).toEqual(["Server", "Server"]);
});
