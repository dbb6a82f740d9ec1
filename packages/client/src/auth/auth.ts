import { type ClientOptions, PlinthClientError } from "../types.ts";
import { type AccountFlow, accountFlow } from "./account.ts";
import { type AnonymousFlow, anonymousFlow } from "./anonymous.ts";
import {
  type EmailCodeFlow,
  type EmailFlow,
  emailCodeFlow,
  emailFlow,
  type MagicLinkFlow,
  magicLinkFlow,
} from "./email.ts";
import { type OrganizationsFlow, organizationsFlow } from "./organizations.ts";
import { type PasskeysFlow, passkeysFlow } from "./passkeys.ts";
import { type PasswordFlow, passwordFlow } from "./password.ts";
import { type PhoneFlow, phoneFlow } from "./phone.ts";
import { type ProvidersFlow, providersFlow } from "./providers.ts";
import { askWith } from "./request.ts";
import { type SecondFactorFlow, type StepUp, secondFactorFlow } from "./second-factor.ts";
import type { SessionKeeper } from "./session-keeper.ts";
import { type SessionsFlow, sessionsFlow } from "./sessions.ts";
import { type SignedIn, signIns } from "./sign-in-result.ts";
import { describe } from "./stored-session.ts";
import type { AuthHandler, AuthSession } from "./types.ts";
import { browserWebAuthn } from "./webauthn.ts";

/** Accounts and sessions of users. */
export interface Auth {
  readonly password: PasswordFlow;
  readonly anonymous: AnonymousFlow;
  readonly magicLink: MagicLinkFlow;
  readonly emailCode: EmailCodeFlow;
  readonly email: EmailFlow;
  readonly phone: PhoneFlow;
  readonly providers: ProvidersFlow;
  readonly passkeys: PasskeysFlow;
  readonly secondFactor: SecondFactorFlow;
  readonly sessions: SessionsFlow;
  readonly account: AccountFlow;
  readonly organizations: OrganizationsFlow;
  readonly invitations: {
    /** Takes an invitation of the workspace with the account that the user has: its roles from then on. */
    accept(invitation: string): Promise<{ readonly id: string; readonly roles: readonly string[] }>;
  };
  /** Who is signed in here, as far as this device knows; undefined: nobody. */
  session(): Promise<AuthSession | undefined>;
  /** An access token that counts now: refreshed first where it is about to expire. */
  accessToken(): Promise<string | undefined>;
  /** The global `fetch` with the access token; once more with the next one, where it is refused. */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>;
  /** Calls at once with the session that there is, and then whenever it changes, in other tabs too. Call the answer to stop. */
  onAuthChange(handler: AuthHandler): () => void;
  /** Proves again that it is the user, for acts that are refused with `STEP_UP_REQUIRED`. */
  stepUp(proof: StepUp): Promise<{ readonly methods: readonly string[]; readonly authenticated_at: string }>;
  /** Takes over the session of a token; without one, that of the browser's cookie, as hosted pages leave it. */
  adopt(token?: string): Promise<SignedIn>;
  /** Ends the session. It is forgotten here even if the server cannot be reached, which is then thrown. */
  signOut(): Promise<void>;
}

export function createAuth(options: ClientOptions, keeper: SessionKeeper): Auth {
  const ask = askWith(options, keeper);
  const entering = signIns(ask, keeper);
  const account = accountFlow(ask, keeper);
  const { tokens } = keeper;
  const readUser = async (): Promise<void> => {
    if (await keeper.read()) await account.get();
  };
  return {
    account,
    password: passwordFlow(ask, entering),
    anonymous: anonymousFlow(ask, entering, keeper),
    magicLink: magicLinkFlow(ask, entering),
    emailCode: emailCodeFlow(ask, entering),
    email: emailFlow(ask, readUser),
    phone: phoneFlow(ask, entering),
    providers: providersFlow(options, ask, entering),
    passkeys: passkeysFlow(ask, entering, options.webAuthn ?? browserWebAuthn),
    secondFactor: secondFactorFlow(ask, entering),
    sessions: sessionsFlow(ask, keeper),
    organizations: organizationsFlow(ask),
    invitations: {
      accept: async (invitation) =>
        (await ask<{ data: never }>("POST", "api/invitations/accept", { body: { invitation } })).data,
    },
    async session() {
      const session = await keeper.read();
      return session && describe(session);
    },
    accessToken: () => tokens.current(),
    fetch: (input, init) => tokens.fetch(input, init),
    onAuthChange: (handler) => keeper.onChange(handler),
    stepUp: async (body) => (await ask<{ data: never }>("POST", "api/auth/step-up", { body })).data,
    adopt: (token) => entering.adopt(token),
    async signOut() {
      const session = await keeper.end();
      if (!session) return;
      const as = session.token === undefined ? "cookie" : { token: session.token };
      try {
        await ask("POST", "api/auth/sign-out", { as });
      } catch (error) {
        // It had ended already.
        if (!(error instanceof PlinthClientError) || error.status !== 401) throw error;
      }
    },
  };
}
