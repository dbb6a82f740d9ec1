/** Invitations into an organization, as a link and in a mail. */

import { expect, test } from "bun:test";
import type { Config, Mail, Mailer } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { APP_URL, bearer, refusalIn, testApp } from "../../testing/app.ts";

const PAGE = "https://app.example.com/join?from=mail";

async function open(settings: Partial<Config> = {}, hasMailer = true) {
  const sent: Mail[] = [];
  const mailer: Mailer = {
    name: "test",
    capabilities: { deduplicates: false, development: false },
    send: async (mail) => void sent.push(mail),
  };
  const server = testApp({ redirectUrls: [PAGE], ...settings }, hasMailer ? { mailer } : {});
  const operator = bearer(await server.signUp("operator@example.com"));
  await server.send("/api/organizations", {}, operator, "PUT");
  const ann = bearer(await server.signUp("ann@example.com"));
  const bob = bearer(await server.signUp("bob@example.com"));
  await server.driver.run({ sql: "update plinth_users set email_verified = 1", params: [] });
  const made = await server.send("/api/organizations", { name: "Club & Sons", slug: "club" }, ann);
  const { id } = ((await made.json()) as { data: { id: string } }).data;
  sent.length = 0;
  const invite = (body: object) => server.send(`/api/organizations/${id}/invitations`, body, ann);
  const accept = (link: string, who: Record<string, string>) =>
    server.send("/api/organization-invitations/accept", { invitation: tokenIn(link) }, who);
  /** The mails to an address, once none waits. */
  const mailsTo = async (address: string): Promise<Mail[]> => {
    await until(async () => {
      await server.send("/api/tick", {}, operator);
      const waiting = await server.call("/api/mail/outbox?state=queued", { headers: operator });
      return ((await waiting.json()) as { data: object[] }).data.length === 0;
    }, "no mail waits");
    return sent.filter(({ to }) => to === address);
  };
  const openOnes = async (): Promise<object[]> => {
    const answer = await server.call(`/api/organizations/${id}/invitations`, { headers: ann });
    return ((await answer.json()) as { data: object[] }).data;
  };
  return { ...server, operator, id, ann, bob, invite, accept, mailsTo, openOnes };
}

const tokenIn = (link: string): string => new URL(link).searchParams.get("token")!;

test("the link leads to the page of yours that accepts, with the token beside its own parameters", async () => {
  const { invite, accept, bob, id, mailsTo } = await open();
  const made = await invite({ email: "bob@example.com", role: "admin", accept_url: PAGE });
  const { data } = (await made.json()) as { data: { token: string; link: string } };
  expect(made.status).toBe(201);
  expect(data.link).toBe(`${PAGE}&token=${data.token}`);
  expect(await mailsTo("bob@example.com")).toEqual([]);
  const accepted = await accept(data.link, bob);
  expect(await accepted.json()).toEqual({ data: { organization: id, role: "admin" } });
  expect(await refusalIn(await accept(data.link, bob))).toEqual([403, "INVALID_INVITATION", "invitation"]);
});

test("without a page of yours, the link leads to the server's, also in the mail", async () => {
  const { invite, bob, mailsTo, call } = await open();
  const made = await invite({ email: "bob@example.com", send_mail: true });
  const { data } = (await made.json()) as { data: { token: string; link: string } };
  expect(data.link).toBe(`${APP_URL}/organization-invitation?token=${data.token}`);
  const [mail] = await mailsTo("bob@example.com");
  expect(mail?.text).toContain(data.link);
  const page = async (init = {}) => (await call(data.link.slice(APP_URL.length), init)).text();
  expect(await page()).toContain("data-returns");
  expect(await page({ headers: bob })).toContain('data-path="/organization-invitations/accept"');
});

test("the mail says who invites, and its link is the one of the answer; it works once, for its address", async () => {
  const { invite, accept, ann, bob, mailsTo } = await open();
  const made = await invite({ email: "Bob@example.com", accept_url: PAGE, send_mail: true });
  const { data } = (await made.json()) as { data: { link: string } };
  const [mail, ...others] = await mailsTo("bob@example.com");
  expect(others).toEqual([]);
  expect(mail?.text).toContain("Club & Sons");
  expect(mail?.html).toContain("Club &amp; Sons");
  const link = /https?:\S+/.exec(mail!.text)![0];
  expect(link).toBe(data.link);
  expect(await refusalIn(await accept(link, ann))).toEqual([403, "INVALID_INVITATION", "email"]);
  expect((await accept(link, bob)).status).toBe(200);
  expect(await refusalIn(await accept(link, bob))).toEqual([403, "INVALID_INVITATION", "invitation"]);
});

test("a revoked invitation's link does nothing", async () => {
  const { invite, accept, bob, call, ann, id, openOnes } = await open();
  const made = await invite({ email: "bob@example.com", accept_url: PAGE });
  const { data } = (await made.json()) as { data: { id: string; link: string } };
  await call(`/api/organizations/${id}/invitations/${data.id}`, { method: "DELETE", headers: ann });
  expect(await openOnes()).toEqual([]);
  expect(await refusalIn(await accept(data.link, bob))).toEqual([403, "INVALID_INVITATION", "invitation"]);
});

test.each([
  ["a page that is not allowed", { accept_url: "https://elsewhere.example.com/" }, 422, "VALIDATION", "accept_url"],
  ["an allowed page with more behind it", { accept_url: `${PAGE}&x=1` }, 422, "VALIDATION", "accept_url"],
  ["a page that is no address", { accept_url: "/join", send_mail: true }, 422, "VALIDATION", "accept_url"],
] as const)("%s is refused, and nothing is stored or sent", async (_, body, status, code, field) => {
  const { invite, openOnes, mailsTo } = await open();
  expect(await refusalIn(await invite({ email: "bob@example.com", ...body }))).toEqual([status, code, field]);
  expect([await openOnes(), await mailsTo("bob@example.com")]).toEqual([[], []]);
});

test("without a mailer, a mail is refused", async () => {
  const { invite, openOnes } = await open({}, false);
  const [, code, field] = await refusalIn(
    await invite({ email: "bob@example.com", accept_url: PAGE, send_mail: true }),
  );
  expect([code, field]).toEqual(["MAIL_NOT_CONFIGURED", "send_mail"]);
  expect(await openOnes()).toEqual([]);
});

test("an invitation whose mail is one too many is refused; users do not use up those of administrators and keys", async () => {
  const { id, ann, bob, operator, send, signUp, driver, openOnes, mailsTo } = await open({ authRateLimit: 0 });
  const cat = bearer(await signUp("cat@example.com"));
  await driver.run({ sql: "update plinth_users set email_verified = 1", params: [] });
  const mail = { email: "guest@example.com", send_mail: true };
  const invite = (organization: string, who: Record<string, string>) =>
    send(`/api/organizations/${organization}/invitations`, mail, who);
  const made = async <T>(sending: Promise<Response>) => {
    const answer = await sending;
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { data: T }).data;
  };
  for (let i = 0; i < 5; i++) await made(invite(id, ann));
  expect(await refusalIn(await invite(id, ann))).toEqual([429, "RATE_LIMITED", "send_mail"]);
  expect(await openOnes()).toHaveLength(5);
  for (const [slug, who] of Object.entries({ bob, cat })) {
    const own = await made<{ id: string }>(send("/api/organizations", { name: slug, slug }, who));
    for (let i = 0; i < 5; i++) await made(invite(own.id, who));
  }
  const { key } = await made<{ key: string }>(send("/api/keys", { name: "k", kind: "secret" }, operator));
  for (const who of [operator, { "x-api-key": key }]) await made(send("/api/invitations", mail, who));
  await made(invite(id, { "x-api-key": key }));
  expect(await mailsTo("guest@example.com")).toHaveLength(18);
});

test("a mail with sample values that is one too many is refused", async () => {
  const { send, operator } = await open();
  const test = () => send("/api/mail/templates/invitation/en/test", {}, operator);
  for (let i = 0; i < 5; i++) expect((await test()).status).toBe(202);
  expect((await refusalIn(await test())).slice(0, 2)).toEqual([429, "RATE_LIMITED"]);
});

test("a user sends few mails a day, revoked invitations included, and none without a verified address or with a link", async () => {
  const { id, ann, invite, call, send, driver, mailsTo } = await open({ authRateLimit: 0 });
  await driver.run({ sql: "update plinth_users set email_verified = 0", params: [] });
  const first = { email: "guest@example.com", send_mail: true };
  expect((await refusalIn(await invite(first))).slice(0, 2)).toEqual([403, "EMAIL_NOT_VERIFIED"]);
  await driver.run({ sql: "update plinth_users set email_verified = 1", params: [] });
  const path = `/api/organizations/${id}`;
  expect((await send(path, { name: "Hacked: see evil.example" }, ann, "PATCH")).status).toBe(200);
  for (let i = 0; i < 50; i++) {
    const answer = await invite({ email: i ? `guest${i}@example.com` : "guest@example.com", send_mail: true });
    expect([i, answer.status]).toEqual([i, 201]);
    const { data } = (await answer.json()) as { data: { id: string } };
    if (i) await call(`${path}/invitations/${data.id}`, { method: "DELETE", headers: ann });
  }
  expect((await refusalIn(await invite({ email: "late@example.com", send_mail: true }))).slice(0, 2)).toEqual([
    429,
    "RATE_LIMITED",
  ]);
  expect((await invite({ email: "late@example.com" })).status).toBe(201);
  const [mail] = await mailsTo("guest@example.com");
  expect(mail?.text).toContain("ann@example.com");
  expect(mail?.text).not.toContain("evil.example");
});
