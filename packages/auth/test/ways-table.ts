import type { AuthMail, AuthOptions } from "../src/index.ts";
import { type Fixture, openAuth } from "./fixture.ts";
import { documents, signInByProvider } from "./issuer.ts";

export interface World extends Fixture {
  readonly mails: AuthMail[];
  readonly events: string[];
  readonly blocked: Set<string>;
}

/** A way in: what a person does to sign in who has the mailbox, the phone or the key. One row for each, and all are tested alike. */
export interface WayIn {
  readonly name: string;
  /** As sessions store it. */
  readonly method: string;
  /** Whether it proves that the address is the visitor's own. */
  readonly provesAddress: boolean;
  /** Whether it makes an account for whoever has none. */
  readonly makesAccounts: boolean;
  /** Whether it stores an account at a provider. */
  readonly linksAccount?: boolean;
  enter(world: World, email: string, headers?: Record<string, string>): Promise<Response>;
}

export const PASSWORD = "correct horse";

export const WAYS_IN: readonly WayIn[] = [
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
      await world.post("/sign-in/magic-link", { email });
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
    name: "provider",
    method: "fed",
    provesAddress: true,
    makesAccounts: true,
    linksAccount: true,
    enter: signInByProvider,
  },
];

/** What the newest mail of a kind to an address says. */
export function mailTo({ mails }: Pick<World, "mails">, to: string, kind: AuthMail["kind"]): AuthMail["variables"] {
  const mail = mails.findLast((one) => one.to === to && one.kind === kind);
  if (!mail) throw new Error(`no mail of the kind ${kind} to ${to}`);
  return mail.variables;
}

export async function openWorld(options: Partial<AuthOptions> = {}): Promise<World> {
  const mails: AuthMail[] = [];
  const events: string[] = [];
  const blocked = new Set<string>();
  const guard = { sql: "select json('blocked')", params: [] };
  const world = await openAuth({
    mails: {
      queue: async (mail) => {
        mails.push(mail);
        return [{ sql: "select 1", params: [] }];
      },
      queued: () => {},
    },
    documents,
    onEvent: ({ type }) => {
      events.push(type);
      return [];
    },
    onSessionCreated: (userId) => (blocked.has(userId) ? [guard] : []),
    ...options,
  });
  return { ...world, mails, events, blocked };
}
