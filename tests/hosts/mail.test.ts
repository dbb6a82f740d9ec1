/**
 * Mails of real programs by SMTP to a real mail server, on every host that has SMTP; the others say that they have none.
 * Processes that are killed: `killed-accounts.test.ts`.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { until } from "@plinth/core/testing";
import { startSmtpServer } from "../../packages/adapters-smtp/test/smtp-server.ts";
import { openLab } from "../matrix/lab.ts";
import type { Running, Target } from "../matrix/target.ts";
import { TARGETS } from "../matrix/targets/index.ts";
import { build } from "./hosts.ts";

const account = (email: string) => ({ name: "Ada", email, password: "correct horse battery" });

/** One of each host: the database plays no part. */
const targets = TARGETS.filter(({ name }, i) => {
  const hostOf = (text: string) => text.replace(/ × .*/, "");
  return TARGETS.findIndex((other) => hostOf(other.name) === hostOf(name)) === i;
});

const lab = await openLab({ postgres: true });
beforeAll(() => build(...targets.flatMap(({ builds }) => builds)));
afterAll(() => lab.close());

async function post({ baseUrl, fetch }: Running, path: string, body: object, headers: Record<string, string> = {}) {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
  return fetch(new Request(baseUrl + path, { ...init, body: JSON.stringify(body) }));
}

async function setUp(host: Running): Promise<Record<string, string>> {
  const setup = { "x-plinth-setup-token": await host.setupToken() };
  const answer = await post(host, "/api/operator/auth/sign-up/email", account("operator@example.com"), setup);
  return { authorization: `Bearer ${((await answer.json()) as { token: string }).token}` };
}

async function delivers(target: Target): Promise<void> {
  const smtp = await startSmtpServer({ user: "plinth", password: "hunter2" });
  const settings = {
    MAIL_URL: `smtp://plinth:hunter2@127.0.0.1:${smtp.port}`,
    MAIL_FROM: "Example <mail@example.com>",
  };
  const host = await target.start(lab, { ...settings, LOG_LEVEL: "debug" });
  const headers = await setUp(host);
  expect((await post(host, "/api/auth/sign-up/email", account("ada@example.com"))).status).toBe(200);
  await until(() => smtp.delivered.length >= 2);
  expect(smtp.delivered.map(({ from, to }) => [from, ...to]).sort()).toEqual([
    ["mail@example.com", "ada@example.com"],
    ["mail@example.com", "operator@example.com"],
  ]);
  const outbox = await host.fetch(new Request(`${host.baseUrl}/api/mail/outbox?to=ada@example.com`, { headers }));
  const text = await outbox.text();
  const token = /token=3D([\w.=\s-]+)/.exec(smtp.delivered[0]!.raw)![1]!.slice(0, 20);
  await host.stop();
  for (const written of [text, host.logs()]) {
    expect(written).not.toContain("hunter2");
    expect(written).not.toContain(token);
  }
  await smtp.close();
}

async function refuses(target: Target): Promise<void> {
  const settings = { MAIL_URL: "smtp://plinth:hunter2@mail.example.com", MAIL_FROM: "Example <mail@example.com>" };
  const said = await target.start(lab, settings).then(
    (host) => host.stop().then(() => "it started"),
    (error: Error) => error.message,
  );
  expect(said).toContain("this host has no SMTP, because it opens no TCP connections (UNSUPPORTED_BY_HOST)");
  expect(said).toContain("use resend:re_123 or ses://");
  expect(said).not.toContain("hunter2");
}

for (const target of targets) {
  const missing = target.missing(lab);
  const what = target.smtp
    ? "a sign-up's mail is delivered, and no password is logged"
    : "a host without it refuses the setting, and says what to use";
  test.skipIf(missing !== undefined)(`mail by SMTP on ${target.name}: ${what}${missing ? ` — ${missing}` : ""}`, () =>
    target.smtp ? delivers(target) : refuses(target),
  );
}
