import { expect } from "bun:test";
import type { Config, Mailer, Platform, SmsSender } from "@plinth/core";
import { bearer, type TestApp, testApp } from "./app.ts";

export const SHOP = "http://shop.example.org:8787";
export const PASSWORD = "correct horse";
const MAIL = { mailUrl: "console:", privateAddresses: true } as const;

/** A server with the workspaces `acme` and `other`, its operator, and the texts of the messages that were sent. */
export interface HostWorld {
  app: TestApp;
  operator: Record<string, string>;
  acme: string;
  sent: string[];
}

export async function hostWorld(
  settings: Partial<Config> = {},
  parts: Pick<Platform, "admin"> = {},
): Promise<HostWorld> {
  const sent: string[] = [];
  const mailer: Mailer = {
    name: "test",
    capabilities: { deduplicates: true, development: false },
    async send({ text }) {
      sent.push(text);
    },
  };
  const app = testApp({ ...MAIL, ...settings }, { ...parts, mailer, sms: mailer as unknown as SmsSender });
  const operator = bearer(await app.signUp("operator@example.com"));
  const made = await app.send("/api/workspaces", { slug: "acme", name: "Acme" }, operator);
  const { data } = (await made.json()) as { data: { id: string } };
  await app.send("/api/workspaces", { slug: "other", name: "Other" }, operator);
  return { app, operator, acme: data.id, sent };
}

/** Gives a workspace a host name. */
export const giveHost = ({ app, operator }: HostWorld, host: string, workspace = "acme", headers = operator) =>
  app.send(`/api/workspaces/${workspace}/hosts/${host}`, undefined, headers, "PUT");

/** Signs up at the shop, and gives the cookie. */
export async function joinShop({ app }: HostWorld): Promise<string> {
  const input = { name: "Ann", email: "ann@example.com", password: PASSWORD };
  const answer = await app.send(`${SHOP}/api/auth/sign-up/email`, input, { origin: SHOP });
  expect(answer.status).toBe(200);
  const cookies = answer.headers.getSetCookie();
  expect(cookies.join()).not.toContain("Domain");
  return cookies.map((one) => one.split(";")[0]).join("; ");
}
