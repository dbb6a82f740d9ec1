/** Mails of real server processes by SMTP to a real mail server. Processes that are killed: `killed-accounts.test.ts`. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { startSmtpServer } from "../../packages/adapters-smtp/test/smtp-server.ts";
import { type HostProcess, startHost } from "../matrix/host-process.ts";
import { openLab } from "../matrix/lab.ts";
import { build, servers } from "./hosts.ts";

const account = (email: string) => ({ name: "Ada", email, password: "correct horse battery" });

const lab = await openLab({ postgres: false });
beforeAll(() => build("node", "deno"));
afterAll(() => lab.close());

async function post(host: HostProcess, path: string, body: object, headers: Record<string, string> = {}) {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
  return fetch(host.baseUrl + path, { ...init, body: JSON.stringify(body) });
}

async function operatorOf(host: HostProcess): Promise<Record<string, string>> {
  const setup = host.setupToken ? { "x-plinth-setup-token": host.setupToken } : undefined;
  const path = `/api/operator/auth/${setup ? "sign-up" : "sign-in"}/email`;
  const { name: _, ...known } = account("operator@example.com");
  const answer = await post(host, path, setup ? account("operator@example.com") : known, setup);
  return { authorization: `Bearer ${((await answer.json()) as { token: string }).token}` };
}

for (const { name, command } of servers(lab)) {
  if (!command) {
    test.skip(`mail by SMTP on ${name} — it is not installed`, () => {});
    continue;
  }

  test(`mail by SMTP on ${name}: a sign-up's mail is delivered, and no password is logged`, async () => {
    const smtp = await startSmtpServer({ user: "plinth", password: "hunter2" });
    const env = { MAIL_URL: `smtp://plinth:hunter2@127.0.0.1:${smtp.port}`, MAIL_FROM: "Example <mail@example.com>" };
    const host = await startHost({ command, env: { ...env, LOG_LEVEL: "debug" }, cwd: lab.folder() });
    const headers = await operatorOf(host);
    expect((await post(host, "/api/auth/sign-up/email", account("ada@example.com"))).status).toBe(200);
    for (let waited = 0; smtp.delivered.length < 2 && waited < 10_000; waited += 20) await Bun.sleep(20);
    expect(smtp.delivered.map(({ from, to }) => [from, ...to]).sort()).toEqual([
      ["mail@example.com", "ada@example.com"],
      ["mail@example.com", "operator@example.com"],
    ]);
    const outbox = await fetch(`${host.baseUrl}/api/mail/outbox?to=ada@example.com`, { headers });
    const text = await outbox.text();
    const token = /token=3D([\w.=\s-]+)/.exec(smtp.delivered[0]!.raw)![1]!.slice(0, 20);
    await host.stop();
    for (const written of [text, host.logs()]) {
      expect(written).not.toContain("hunter2");
      expect(written).not.toContain(token);
    }
    await smtp.close();
  });
}
