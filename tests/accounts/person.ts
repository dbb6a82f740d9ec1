/** Somebody with an account in a pool, and with every secret that opens it. */
import { uuidv7 } from "@plinth/core";
import { APP_URL, bearer } from "../../apps/server/src/testing/app.ts";
import { codeFor } from "../../packages/auth/test/authenticator.ts";
import { cookiesOf } from "../../packages/auth/test/sign-in-methods-table.ts";
import { softwareAuthenticator } from "../../packages/auth/test/software-authenticator.ts";
import type { Pool, World } from "./pool.ts";

type Authenticator = Awaited<ReturnType<typeof softwareAuthenticator>>;

/** What a WebAuthn ceremony needs: an answer, and the cookie that ties it to its options. */
export interface Ceremony {
  readonly response: object;
  readonly cookie: string;
}

/** The secrets of an account. Each call makes a new one where it works once. */
export interface Secrets {
  readonly email: string;
  readonly password: string;
  /** The session's signed token. */
  readonly session: string;
  accessToken(): Promise<string>;
  refreshToken(): Promise<string>;
  readonly sessionId: string;
  readonly passkeyId: string;
  readonly linkId: string;
  /** Of mails. */
  magicLink(): Promise<string>;
  emailCode(): Promise<string>;
  /** Of text messages. */
  readonly phone: string;
  phoneCode(): Promise<string>;
  /** Another number for the account, with its code. */
  newPhone(): Promise<{ phone: string; code: string }>;
  resetToken(): Promise<string>;
  verificationToken(): Promise<string>;
  changeToken(): Promise<string>;
  invitation(email: string): Promise<string>;
  /** Of a sign-in that waits for the second factor. */
  challenge(): Promise<string>;
  /** Of the authenticator app. */
  code(): Promise<string>;
  recoveryCode(): Promise<string>;
  /** A new passkey, for options of the account. */
  registration(): Promise<Ceremony>;
  /** The account's passkey, for options of `pool`. */
  assertion(pool: Pool): Promise<Ceremony>;
  /** What comes back from the provider, to the browser that began. */
  callback(): Promise<{ search: string; cookie: string }>;
}

export type Lacking = "second factor" | "verified address";

export interface Person extends Secrets {
  readonly pool: Pool;
}

export async function person(
  { oidc, subjects }: World,
  pool: Pool,
  email: string,
  lacking: readonly Lacking[],
): Promise<Person> {
  const password = `the password in ${pool.slug} of ${email}`;
  const signedUp = await pool.ask("post", { path: "/api/auth/sign-up/email", body: { name: "Ada", email, password } });
  let session = String(signedUp.token);
  const headers = bearer(session);
  const ask = (method: string, path: string, body?: object) =>
    pool.ask(method, { path, headers, ...(body && { body }) });
  const mailed = async (template: string) =>
    new URL(linkIn(await pool.mailTo(email, template))).searchParams.get("token")!;
  const firstLink = await mailed("verify_email");
  const isVerified = !lacking.includes("verified address");
  if (isVerified) await pool.ask("post", { path: "/api/auth/verify-email", body: { token: firstLink } });
  const codeTo = async (number: string) => /^\d{6}/.exec(await pool.mailTo(number, "phone_code"))![0];
  const begunPhone = async (number: string) => {
    await ask("post", "/api/auth/change-phone", { phone: number });
    return { phone: number, code: await codeTo(number) };
  };
  // The same in each pool, where it is somebody else's.
  const phone = numberOf(email);
  await ask("post", "/api/auth/verify-phone", await begunPhone(phone));
  const authenticator = await softwareAuthenticator({ origin: APP_URL });
  const register = async (made: Authenticator): Promise<Ceremony> => {
    const begun = await pool.send("get", { path: "/api/auth/passkey/generate-register-options", headers });
    return { cookie: cookiesOf(begun), response: await made.create((await begun.json()) as never) };
  };
  const { cookie, response } = await register(authenticator);
  const added = { response, name: "phone" };
  await pool.ask("post", {
    path: "/api/auth/passkey/verify-registration",
    headers: { ...headers, cookie },
    body: added,
  });
  const subject = `${email} in ${pool.slug}`;
  subjects[subject] = { email: `social-${email}`, email_verified: true };
  const begin = async (path: string, more: Record<string, string>) => {
    const body = { provider: "sso", callback_url: "/welcome" };
    const started = await pool.send("post", { path, headers: more, body });
    const { url } = (await started.json()) as { url: string };
    return { cookie: cookiesOf(started), search: new URL(await oidc.signIn(url, subject)).search };
  };
  const callback = () => begin("/api/auth/sign-in/social", {});
  if (isVerified) {
    const linked = await begin("/api/auth/link-social", headers);
    const path = `/api/auth/callback/sso${linked.search}`;
    await pool.send("get", { path, headers: { cookie: `${linked.cookie}; ${cookieOf(pool, session)}` } });
  }
  const factor = lacking.includes("second factor") ? undefined : await enrol(ask, password);
  // A new factor comes with a new session.
  session = factor?.session ?? session;
  Object.assign(headers, bearer(session));
  const idIn = async (path: string) => {
    const { data } = (await ask("get", path)) as { data: { id: string }[] };
    return data[0]?.id ?? uuidv7(Date.now());
  };
  const tokens = async () => (await ask("post", "/api/auth/token")).data as Record<string, string>;
  const anyone = (path: string, body: object) => pool.ask("post", { path, body });
  return {
    pool,
    email,
    password,
    session,
    sessionId: await idIn("/api/sessions"),
    passkeyId: await idIn("/api/passkeys"),
    linkId: await idIn("/api/linked-accounts"),
    accessToken: async () => (await tokens()).access_token!,
    refreshToken: async () => (await tokens()).refresh_token!,
    async magicLink() {
      await anyone("/api/auth/sign-in/magic-link", { email });
      return mailed("magic_link");
    },
    async emailCode() {
      await anyone("/api/auth/email-otp/send-verification-otp", { email });
      return /^\d{6}$/m.exec(await pool.mailTo(email, "email_code"))![0];
    },
    phone,
    async phoneCode() {
      await anyone("/api/auth/phone-code/send", { phone });
      return codeTo(phone);
    },
    newPhone: () => begunPhone(numberOf(`new ${email}`)),
    async resetToken() {
      await anyone("/api/auth/request-password-reset", { email });
      return mailed("reset_password");
    },
    verificationToken: async () => firstLink,
    async changeToken() {
      await ask("post", "/api/auth/change-email", { new_email: `new-${email}` });
      return mailed("approve_email_change");
    },
    async invitation(guest) {
      const invited = { email: guest, roles: ["editor"] };
      const made = await pool.ask("post", { path: "/api/invitations", headers: pool.operator, body: invited });
      return (made.data as { token: string }).token;
    },
    async challenge() {
      return String((await anyone("/api/auth/sign-in/email", { email, password })).challenge);
    },
    code: async () => (factor ? codeFor(factor.uri) : "000000"),
    recoveryCode: async () => factor?.codes.pop() ?? "none",
    registration: async () => register(await softwareAuthenticator({ origin: APP_URL })),
    assertion: (target) => assertionOf(authenticator, target),
    callback,
  };
}

const numberOf = (text: string): string =>
  `+49${[...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e9, 7) + 1e9}`;

/** Somebody who knows the address, and has made up all else. */
export function stranger(email: string): Secrets {
  const random = (length: number) => "x7Kq".repeat(length).slice(0, length);
  const token = async () => random(43);
  const id = "01999999-9999-7999-8999-999999999999";
  return {
    email,
    password: "made up by a stranger",
    session: `${random(32)}.${random(43)}=`,
    accessToken: async () =>
      `${btoa('{"alg":"ES256","kid":"none"}')}.${btoa('{"sub":"x"}')}.${random(86)}`.replaceAll("=", ""),
    refreshToken: async () => `rt_${random(64)}`,
    sessionId: id,
    passkeyId: id,
    linkId: id,
    magicLink: token,
    emailCode: async () => "000000",
    phone: numberOf(email),
    phoneCode: async () => "000000",
    newPhone: async () => ({ phone: numberOf(`new ${email}`), code: "000000" }),
    resetToken: token,
    verificationToken: token,
    changeToken: token,
    invitation: token,
    challenge: async () => `${random(32)}.${random(43)}=`,
    code: async () => "000000",
    recoveryCode: async () => "xxxxx-xxxxx",
    registration: async () => {
      const made = await softwareAuthenticator({ origin: APP_URL });
      return { response: await made.create({ challenge: random(43), rp: { id: "localhost" } }), cookie: "passkey=x" };
    },
    assertion: async (target) => assertionOf(await softwareAuthenticator({ origin: APP_URL }), target),
    callback: async () => ({ search: `?code=${random(43)}&state=${random(32)}`, cookie: "state=x" }),
  };
}

async function assertionOf(authenticator: Authenticator, pool: Pool): Promise<Ceremony> {
  const begun = await pool.send("get", { path: "/api/auth/passkey/generate-authenticate-options" });
  return { cookie: cookiesOf(begun), response: await authenticator.get((await begun.json()) as never) };
}

async function enrol(ask: (method: string, path: string, body?: object) => Promise<object>, password: string) {
  const begun = (await ask("post", "/api/auth/two-factor/enable", { password })) as {
    totp_uri: string;
    backup_codes: string[];
  };
  const verified = await ask("post", "/api/auth/two-factor/verify-totp", { code: await codeFor(begun.totp_uri, 0) });
  const { token } = verified as { token?: string };
  return { uri: begun.totp_uri, codes: begun.backup_codes, session: token };
}

const linkIn = (text: string): string => /https?:\/\/\S+token=\S+/.exec(text)![0];

/** A session's token as a cookie of this pool. */
export function cookieOf({ id }: Pick<Pool, "id">, session: string): string {
  return `plinth-${id.slice(-12)}.session_token=${encodeURIComponent(session)}`;
}
