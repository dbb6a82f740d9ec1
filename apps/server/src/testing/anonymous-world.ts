/** An app whose workspace lets anonymous users in, and sends them mails and texts. */
import { expect } from "bun:test";
import type { Config } from "@plinth/core";
import { bearer, refusalIn, testApp } from "./app.ts";
import { mailer, sms } from "./senders.ts";

export const PASSWORD = "a comet with a long tail";
export const PHONE = "+4915112345678";

export type Row = Record<string, unknown>;

export async function openAnonymousWorld(config: Partial<Config> = {}) {
  let offset = 0;
  const clock = { now: () => Date.now() + offset };
  const app = testApp({ authRateLimit: 0, ...config }, { sms, mailer, clock });
  const operator = bearer(await app.signUp("operator@example.com"));
  const set = async (settings: object) => {
    expect((await app.send("/api/auth-settings", settings, operator, "PATCH")).status).toBe(200);
  };
  await set({ anonymous: { sign_in: true } });
  const read = async <T = Row[]>(path: string, headers = operator) =>
    ((await (await app.call(path, { headers })).json()) as { data: T }).data;
  const enter = (body: object = {}, headers = {}) => app.send("/api/auth/sign-in/anonymous", body, headers);
  const guest = async (body: object = {}) => {
    const answer = await enter(body);
    expect(answer.status).toBe(200);
    const { token, user } = (await answer.json()) as { token: string; user: { id: string } & Row };
    return { id: user.id, user, headers: bearer(token) };
  };
  const message = async (to: string, pattern: RegExp) => {
    const [last] = await read<{ id: string }[]>(`/api/mail/outbox?to=${encodeURIComponent(to)}&limit=1`);
    if (!last) return undefined;
    const { content } = await read<{ content: { text: string } }>(`/api/mail/outbox/${last.id}`);
    return pattern.exec(content.text)?.[1];
  };
  const me = (headers: Record<string, string>) => read<Row>("/api/me", headers);
  const pass = (ms: number) => {
    offset += ms;
  };
  return { app, operator, set, read, enter, guest, message, me, pass };
}

export type AnonymousWorld = Awaited<ReturnType<typeof openAnonymousWorld>>;

/** Status and code. */
export const errorOf = async (answer: Response) => (await refusalIn(answer)).slice(0, 2);
