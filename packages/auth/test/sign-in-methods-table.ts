import type { AuthMail, AuthOptions, PhoneCodeMessage } from "../src/index.ts";
import { APP_URL, type Fixture, fastPasswords, openAuth } from "./fixture.ts";
import { documents, signInByProvider } from "./issuer.ts";
import { softwareAuthenticator } from "./software-authenticator.ts";

/** What a person uses who has been given it. */
export type Authenticator = Awaited<ReturnType<typeof softwareAuthenticator>>;

export interface World extends Fixture {
  /** The passkeys of the accounts, by address. */
  readonly authenticators: Map<string, Authenticator>;
  readonly mails: AuthMail[];
  readonly messages: PhoneCodeMessage[];
  readonly events: string[];
  readonly blocked: Set<string>;
}

/** A sign-in method: what a person does to sign in who has the mailbox, the phone or the key. One row for each, and all are tested alike. */
export interface WayIn {
  readonly name: string;
  /** As sessions store it. */
  readonly method: string;
  /** Whether it proves that the address is the visitor's own. */
  readonly provesAddress: boolean;
  /** Whether it makes an account for people who have none. */
  readonly makesAccounts: boolean;
  /** It counts as two factors, so no other is asked for. */
  readonly isTwoFactors?: boolean;
  /** What the account needs before, which its user gives it. */
  prepare?(world: World, email: string, token: string): Promise<void>;
  /** Whether it stores an account at a provider. */
  readonly linksAccount?: boolean;
  enter(world: World, email: string, headers?: Record<string, string>): Promise<Response>;
}

export const PASSWORD = "correct horse";

export const SIGN_INS: readonly WayIn[] = [
  {
    name: "password",
    method: "pwd",
    provesAddress: false,
    makesAccounts: false,
    enter: ({ post }, email, headers) => post("/sign-in/email", { email, password: PASSWORD }, headers),
  },
  {
    name: "magic link",
    method: "magic_link",
    provesAddress: true,
    makesAccounts: true,
    async enter(world, email, headers) {
      await world.post("/sign-in/magic-link", { email }, headers);
      const { url } = mailTo(world, email, "magic_link");
      return world.get(`/magic-link/verify?token=${new URL(url!).searchParams.get("token")}`, headers);
    },
  },
  {
    name: "email code",
    method: "email_code",
    provesAddress: true,
    makesAccounts: true,
    async enter(world, email, headers) {
      await world.post("/email-otp/send-verification-otp", { email, type: "sign-in" });
      const { code } = mailTo(world, email, "email_code");
      return world.post("/sign-in/email-otp", { email, otp: code }, headers);
    },
  },
  {
    name: "phone code",
    method: "phone_code",
    provesAddress: false,
    makesAccounts: false,
    async prepare(world, email, token) {
      const phone = phoneOf(email);
      const authorization = `Bearer ${token}`;
      await world.post("/change-phone", { phone }, { authorization });
      await world.post("/verify-phone", { phone, code: codeTo(world, phone) }, { authorization });
    },
    async enter(world, email, headers) {
      const phone = phoneOf(email);
      await world.post("/phone-code/send", { phone });
      return world.post("/sign-in/phone-code", { phone, code: codeTo(world, phone) }, headers);
    },
  },
  {
    name: "passkey",
    method: "passkey",
    provesAddress: false,
    makesAccounts: false,
    isTwoFactors: true,
    async prepare(world, email, token) {
      const authenticator = await softwareAuthenticator({ origin: APP_URL });
      world.authenticators.set(email, authenticator);
      await addPasskey(world, token, authenticator);
    },
    enter: (world, email, headers) => enterByPasskey(world, world.authenticators.get(email)!, headers),
  },
  {
    name: "provider",
    method: "fed",
    provesAddress: true,
    makesAccounts: true,
    linksAccount: true,
    enter: signInByProvider,
  },
];

/** A number of its own for each address. */
const phoneOf = (email: string): string =>
  `+49${[...email].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e9, 7) + 1e9}`;

function codeTo({ messages }: Pick<World, "messages">, phone: string): string {
  return messages.findLast(({ to }) => to === phone)?.code ?? "000000";
}

/** A cookie that an answer sets, to be sent back. */
export const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((one) => one.slice(0, one.indexOf(";")))
    .filter((one) => !one.endsWith("="))
    .join("; ");

/** Gives the user of a session a passkey. */
export async function addPasskey(
  { get, post }: Pick<Fixture, "get" | "post">,
  token: string,
  authenticator: Authenticator,
): Promise<Response> {
  const authorization = `Bearer ${token}`;
  const begun = await get("/passkey/generate-register-options", { authorization });
  const response = await authenticator.create((await begun.json()) as never);
  return post("/passkey/verify-registration", { response, name: "phone" }, { authorization, cookie: cookiesOf(begun) });
}

export async function enterByPasskey(
  { get, post }: Pick<Fixture, "get" | "post">,
  authenticator: Authenticator,
  headers: Record<string, string> = {},
): Promise<Response> {
  const begun = await get("/passkey/generate-authenticate-options");
  const response = await authenticator.get((await begun.json()) as never);
  return post("/passkey/verify-authentication", { response }, { ...headers, cookie: cookiesOf(begun) });
}

/** What the newest mail of a kind to an address says. */
export function mailTo({ mails }: Pick<World, "mails">, to: string, kind: AuthMail["kind"]): AuthMail["variables"] {
  const mail = mails.findLast((one) => one.to === to && one.kind === kind);
  if (!mail) throw new Error(`no mail of the kind ${kind} to ${to}`);
  return mail.variables;
}

export async function openWorld(options: Partial<AuthOptions> = {}): Promise<World> {
  const mails: AuthMail[] = [];
  const messages: PhoneCodeMessage[] = [];
  const events: string[] = [];
  const blocked = new Set<string>();
  const guard = { sql: "select json('blocked')", params: [] };
  const world = await openAuth({
    passwords: fastPasswords,
    mails: {
      queue: async (mail) => {
        mails.push(mail);
        return [{ sql: "select 1", params: [] }];
      },
      countCode: async () => "",
      queued: () => {},
      probe: async () => {},
    },
    phones: {
      accept: async () => {},
      count: async () => ({ id: "", mostADay: 100 }),
      queue: async (message) => {
        messages.push(message);
        return [{ sql: "select 1", params: [] }];
      },
      queued: () => {},
      takeNewUsers: async () => false,
    },
    documents,
    onEvent: ({ type }) => {
      events.push(type);
      return [];
    },
    onSessionCreated: (userId) => (blocked.has(userId) ? [guard] : []),
    ...options,
  });
  return { ...world, mails, messages, events, blocked, authenticators: new Map() };
}
