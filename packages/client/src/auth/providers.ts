import { addressOf } from "../request.ts";
import { type ClientOptions, PlinthClientError } from "../types.ts";
import type { Ask } from "./request.ts";
import type { SecondFactorRequired, SignedIn, SignInAnswer, SignInResult, SignIns } from "./sign-in-result.ts";
import type { CallbackOption } from "./types.ts";

export interface Provider {
  readonly name: string;
  readonly label: string;
  readonly kind: string;
}

export interface ProviderRequest extends CallbackOption {
  /** Its name, as in `list`. */
  readonly provider: string;
  /** Where it leads with `error` where it fails; default: `callback_url`. */
  readonly error_callback_url?: string;
  /** The address or name that the provider is to suggest. */
  readonly login_hint?: string;
}

export interface ProviderSignIn extends ProviderRequest {
  readonly new_user_callback_url?: string;
  /** The token of an invitation, for a new account. */
  readonly invitation?: string;
}

export interface LinkedAccount {
  readonly id: string;
  readonly provider: string | null;
  readonly label: string;
  readonly issuer: string;
  readonly enabled: boolean;
  readonly created_at: string;
}

export interface ProvidersFlow {
  list(): Promise<readonly Provider[]>;
  /** The address of a link or button that begins a sign-in: works from pages of every origin. */
  link(request: ProviderSignIn): string;
  /** Begins a sign-in: lead the browser to the `url` of the answer. The page is of the server's site. */
  start(request: ProviderSignIn): Promise<{ readonly url: string }>;
  /**
   * On the page to which the provider has led back: starts the session, or throws what the server says of it. `page`: the
   * page's address, by default the one that is shown.
   */
  finish(page?: string): Promise<SignedIn | SecondFactorRequired>;
  /** By the ID token that a native app has got from the provider. */
  idToken(request: {
    readonly provider: string;
    readonly id_token: { readonly token: string; readonly nonce?: string };
    readonly invitation?: string;
  }): Promise<SignInResult>;
  /** Begins to link an account at a provider to the user's: lead the browser to `url`. Needs a fresh proof. */
  connect(request: ProviderRequest): Promise<{ readonly url: string }>;
  linked(): Promise<readonly LinkedAccount[]>;
  /** Needs a fresh proof; the last sign-in method stays. */
  unlink(id: string): Promise<void>;
}

const START = "api/auth/sign-in/social";

export function providersFlow(
  options: ClientOptions,
  ask: Ask,
  { adopt, complete, secondFactor }: SignIns,
): ProvidersFlow {
  return {
    list: async () => (await ask<{ data: Provider[] }>("GET", "api/auth/providers", { as: "stranger" })).data,
    link(request) {
      const address = addressOf(options, START);
      for (const [name, value] of Object.entries(request)) address.searchParams.append(name, value);
      return address.href;
    },
    async start(request) {
      const body = { ...request, disable_redirect: true };
      const { url } = await ask<{ url: string }>("POST", START, { body, as: "newcomer", cookies: true });
      return { url };
    },
    async finish(page = globalThis.location.href) {
      const error = new URL(page, options.url).searchParams.get("error");
      if (error === "second_factor_required") return secondFactor(undefined);
      if (error !== null) throw new PlinthClientError(error.toUpperCase(), MESSAGES[error] ?? MESSAGE, 0);
      return adopt();
    },
    idToken: async (body) => complete(await ask<SignInAnswer>("POST", START, { body, as: "newcomer" })),
    async connect(request) {
      const body = { ...request, disable_redirect: true };
      const { url } = await ask<{ url: string }>("POST", "api/auth/link-social", { body, cookies: true });
      return { url };
    },
    linked: async () => (await ask<{ data: LinkedAccount[] }>("GET", "api/linked-accounts")).data,
    unlink: async (id) => void (await ask("DELETE", `api/linked-accounts/${encodeURIComponent(id)}`)),
  };
}

const MESSAGE = "The sign-in by the provider did not succeed.";
const MESSAGES: Readonly<Record<string, string>> = {
  access_denied: "The user refused at the provider.",
  state_invalid: "The sign-in took too long, was finished already, or began in another browser.",
};
