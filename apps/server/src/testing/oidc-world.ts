import { expect } from "bun:test";
import type { Config, SqlDriver } from "@plinth/core";
import { APP_URL, bearer, testApp } from "./app.ts";
import type { OidcServer, Users } from "./oidc.ts";

/** A browser's cookies for the app. */
export interface Browser {
  cookie: string;
}

export interface Me {
  email: string;
  id: string;
}

export const CALLBACK = `${APP_URL}/api/auth/callback/sso`;

/** People with an account at the provider. */
export const PEOPLE: Users = {
  ada: { email: "ada@example.com", email_verified: true, name: "Ada Lovelace" },
  unsure: { email: "ada@example.com", email_verified: false, name: "Somebody" },
  nameless: { email: "nameless@example.com", email_verified: true },
  mailless: { name: "No Mail" },
  bob: { email: "bob@elsewhere.example", email_verified: true, name: "Bob" },
};

/** The app with an operator and with `oidc` as its provider `sso`. */
export async function openWith(
  oidc: Pick<OidcServer, "issuer" | "client">,
  settings: Partial<Config> = {},
  provider: object = {},
  parts: { driver?: SqlDriver } = {},
) {
  const server = testApp({ privateAddresses: true, ...settings }, parts);
  const operator = await server.signUp("operator@example.com");
  const sso = { name: "sso", kind: "oidc", label: "SSO", issuer: oidc.issuer, ...oidc.client, ...provider };
  const made = await server.send("/api/auth-providers", sso, bearer(operator));
  expect([made.status, made.status === 201 ? "" : await made.text()]).toEqual([201, ""]);

  const start = async (browser: Browser, body: object = {}, path = "/api/auth/sign-in/social") => {
    const headers: Record<string, string> = browser.cookie ? { cookie: browser.cookie, origin: APP_URL } : {};
    const answer = await server.send(path, { provider: "sso", callback_url: "/welcome", ...body }, headers);
    expect([answer.status, answer.status === 200 ? "" : await answer.clone().text()]).toEqual([200, ""]);
    take(browser, answer);
    return ((await answer.json()) as { url: string }).url;
  };
  /** The browser comes back: where it is led. */
  const finish = async (browser: Browser, back: string) => {
    const { pathname, search } = new URL(back);
    const answer = await server.call(pathname + search, { headers: { cookie: browser.cookie } });
    take(browser, answer);
    expect(answer.status).toBe(302);
    return answer.headers.get("location")!.replace(APP_URL, "");
  };
  const me = async (browser: Browser): Promise<Me | null> => {
    const answer = await server.call("/api/auth/get-session", { headers: { cookie: browser.cookie } });
    return ((await answer.json()) as { user: Me } | null)?.user ?? null;
  };
  const all = (sql: string) => server.driver.all({ sql, params: [] });
  return {
    ...server,
    operator,
    start,
    finish,
    me,
    all,
    /** The last events of this kind, the newest first. */
    events: (type: string) =>
      all(`select outcome, detail from plinth_security_log where type = '${type}' order by id desc`),
  };
}

/** The same with what people do there, at a real provider. */
export async function openWithPeople(oidc: OidcServer, settings: Partial<Config> = {}, provider: object = {}) {
  const world = await openWith(oidc, settings, provider);
  /** Signs in by the provider: where the browser is led in the end. */
  const by = async (subject: string, from: Browser, body: object = {}) =>
    world.finish(from, await oidc.signIn(await world.start(from, body), subject));
  const link = async (subject: string, from: Browser) =>
    world.finish(from, await oidc.signIn(await world.start(from, {}, "/api/auth/link-social"), subject));
  /** Signs up with a password, and is signed in. */
  const joins = async (email: string, { verified = false } = {}): Promise<Browser> => {
    const form = { name: "First", email, password: "correct horse" };
    const answer = await world.send("/api/auth/sign-up/email", form);
    if (verified) await world.all(`update plinth_users set email_verified = 1 where email = '${email}'`);
    return {
      cookie: answer.headers
        .getSetCookie()
        .map((set) => set.split(";")[0])
        .join("; "),
    };
  };
  return { ...world, by, link, joins };
}

export function browser(): Browser {
  return { cookie: "" };
}

/** Keeps the cookies of an answer. */
export function take(browser: Browser, answer: Response): void {
  const jar = new Map(
    browser.cookie.split("; ").flatMap((pair) => (pair ? [pair.split(/=(.*)/s) as string[]] : [])) as [
      string,
      string,
    ][],
  );
  for (const set of answer.headers.getSetCookie()) {
    const [name, value] = set.split(";")[0]!.split(/=(.*)/s) as [string, string];
    if (value === "") jar.delete(name);
    else jar.set(name, value);
  }
  browser.cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
}
