/** What is left of a deleted user, in whatever table. */
import { expect, test } from "bun:test";
import type { Mailer, SmsSender } from "@plinth/core";
import { bearer, testApp } from "../../testing/app.ts";

const EMAIL = "zelda_needle@example.com";
const PHONE = "+4915112345678";
const PERSONAL = /needle|4915112345678/i;

test("no table holds the address, the number, the name or the picture of a deleted user", async () => {
  const texts: string[] = [];
  const capabilities = { deduplicates: false, development: false };
  // Its messages wait, so that the deletion finds some that are not sent.
  const mailer: Mailer = { name: "test", capabilities, send: () => Promise.reject(new Error("no connection")) };
  const sms: SmsSender = {
    name: "test",
    capabilities,
    send: async ({ text }) => {
      texts.push(text);
    },
  };
  const app = testApp({ authRateLimit: 0 }, { mailer, sms });
  const done = async (path: string, body: object, headers = {}, method = "POST") => {
    const answer = await app.send(path, body, headers, method);
    expect([path, answer.status < 300]).toEqual([path, true]);
    return answer.json() as Promise<Record<string, never>>;
  };
  const operator = bearer(await app.signUp("operator@example.com"));
  await done("/api/organizations", {}, operator, "PUT");
  await done("/api/auth-settings", { phone: { sign_in: true } }, operator, "PATCH");
  const password = "a comet with a long tail";
  const image = "https://example.com/needle.png";
  const signUp = { name: "Zelda Needle", email: EMAIL, password, image };
  const { token, user } = (await done("/api/auth/sign-up/email", signUp)) as never as {
    token: string;
    user: { id: string };
  };
  const other = { name: "Other", email: "zeldaxother@example.com", password };
  const owner = bearer(((await done("/api/auth/sign-up/email", other)) as never as { token: string }).token);
  const { data } = (await done("/api/organizations", { name: "O", slug: "o" }, owner)) as never as {
    data: { id: string };
  };
  await app.driver.run({ sql: "update plinth_users set email_verified = 1", params: [] });
  const invite = { email: EMAIL, send_mail: true };
  const invited = (await done(`/api/organizations/${data.id}/invitations`, invite, owner)) as never as {
    data: { token: string };
  };
  await done("/api/organization-invitations/accept", { invitation: invited.data.token }, bearer(token));
  await done("/api/invitations", { email: EMAIL }, operator);
  await done("/api/auth/sign-in/magic-link", { email: EMAIL, name: "Zelda Needle" });
  await done("/api/auth/sign-in/magic-link", { email: other.email });
  await done("/api/auth/email-otp/send-verification-otp", { email: EMAIL });
  await done("/api/auth/change-phone", { phone: PHONE }, bearer(token));
  for (let i = 0; i < 20 && texts.length === 0; i++) await done("/api/tick", {}, operator);
  const code = /\d{6}/.exec(texts[0] ?? "")?.[0];
  await done("/api/auth/verify-phone", { phone: PHONE, code }, bearer(token));
  await app.send("/api/auth/sign-in/email", { email: EMAIL, password: "another comet" });
  // Their answers are kept for a day.
  const once = (key: string) => ({ ...operator, "idempotency-key": `of-a-request-${key}` });
  await done(`/api/users/${user.id}`, { name: "Zelda Needle 2" }, once("change"), "PATCH");
  await done(`/api/users/${user.id}/roles`, { roles: [] }, once("roles"), "PUT");
  await done(`/api/users/${user.id}/unblock`, {}, once("unblock"));
  await done(`/api/organizations/${data.id}/members/${user.id}`, { role: "admin" }, once("role"), "PATCH");
  expect(await holding()).not.toEqual([]);

  await done("/api/me/delete", { email: EMAIL }, bearer(token));
  expect(await holding()).toEqual([]);
  const waiting = await app.driver.all({ sql: "select value from plinth_verifications", params: [] });
  expect(JSON.stringify(waiting)).toContain(other.email.toLowerCase());

  /** The columns of all tables, also of those that come later. The change log keeps earlier contents: docs/users.md. */
  async function holding(): Promise<string[]> {
    const tables = await app.driver.all({
      sql: "select name from sqlite_master where type = 'table' and name <> 'plinth_changes'",
      params: [],
    });
    const found = new Set<string>();
    for (const { name } of tables) {
      for (const row of await app.driver.all({ sql: `select * from "${name}"`, params: [] })) {
        for (const [column, value] of Object.entries(row)) {
          const text = value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
          if (PERSONAL.test(text)) found.add(`${name}.${column}`);
        }
      }
    }
    return [...found].sort();
  }
});
