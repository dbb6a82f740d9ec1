import type { TokenPair } from "../tokens.ts";
import { PlinthClientError } from "../types.ts";
import type { Ask, AskOptions } from "./request.ts";
import type { SessionKeeper } from "./session-keeper.ts";
import type { AuthSession, AuthUser } from "./types.ts";

export interface SignedIn {
  readonly status: "signed_in";
  readonly session: AuthSession;
}

/** The account has a second factor: its code, or a recovery code, finishes the sign-in within ten minutes. */
export interface SecondFactorRequired {
  readonly status: "second_factor_required";
  readonly methods: readonly string[];
  verify(code: string, options?: TrustOption): Promise<SignedIn>;
  /** By one of the recovery codes, which is used up. */
  recover(code: string, options?: TrustOption): Promise<SignedIn>;
}

/** The account is made, and nobody is signed in until the address is confirmed by the mail to it. */
export interface EmailUnverified {
  readonly status: "email_unverified";
}

export type SignInResult = SignedIn | SecondFactorRequired;
export type SignUpResult = SignInResult | EmailUnverified;

export interface TrustOption {
  /** A cookie spares this browser the code for 30 days. */
  readonly trust_device?: boolean;
}

/** What the server answers to every kind of sign-in. */
export interface SignInAnswer {
  readonly token?: string | null;
  readonly user?: AuthUser;
  readonly tokens?: TokenPair;
  readonly two_factor_redirect?: boolean;
  readonly two_factor_methods?: readonly string[];
  readonly challenge?: string;
}

/** Sign-ins of every kind end here. */
export interface SignIns {
  /** Asks for tokens too. */
  enter(path: string, body: object, how?: AskOptions): Promise<SignInResult>;
  /** Starts the session of an answer. */
  complete(answer: SignInAnswer): Promise<SignInResult>;
  signUp(body: object, how: AskOptions): Promise<SignUpResult>;
  /** Starts the session of a token, or without one that of the browser's cookie. */
  adopt(token?: string): Promise<SignedIn>;
  /** `challenge`: of the first step; without it, the browser has it as a cookie. */
  secondFactor(challenge: string | undefined, methods?: readonly string[]): SecondFactorRequired;
}

export function signIns(ask: Ask, keeper: SessionKeeper): SignIns {
  const adopt = async (token?: string): Promise<SignedIn> => {
    const as = token === undefined ? "cookie" : { token };
    const { data: tokens } = await ask<{ data: TokenPair }>("POST", "api/auth/token", { as });
    const { user } = await ask<{ user: AuthUser }>("GET", "api/auth/get-session", { as });
    return { status: "signed_in", session: await keeper.start({ tokens, user, token }) };
  };

  const started = async ({ token, user, tokens }: SignInAnswer & { token: string }): Promise<SignedIn> => {
    if (!tokens || !user) return adopt(token);
    return { status: "signed_in", session: await keeper.start({ tokens, user, token }) };
  };

  const secondFactor: SignIns["secondFactor"] = (challenge, methods = ["totp"]) => {
    const send = async (path: string, code: string, options: TrustOption = {}): Promise<SignedIn> => {
      const body = { code, ...(challenge !== undefined && { challenge }), ...options, tokens: true };
      const cookies = challenge === undefined || options.trust_device === true;
      return started(await ask("POST", path, { body, as: "stranger", cookies }));
    };
    return {
      status: "second_factor_required",
      methods,
      verify: (code, options) => send("api/auth/two-factor/verify-totp", code, options),
      recover: (code, options) => send("api/auth/two-factor/verify-backup-code", code, options),
    };
  };

  const result = async (answer: SignInAnswer): Promise<SignUpResult> => {
    if (answer.two_factor_redirect) return secondFactor(answer.challenge, answer.two_factor_methods);
    const { token } = answer;
    return token ? started({ ...answer, token }) : { status: "email_unverified" };
  };

  const complete: SignIns["complete"] = async (answer) => {
    const entered = await result(answer);
    if (entered.status !== "email_unverified") return entered;
    throw new PlinthClientError("EMAIL_NOT_VERIFIED", "The address of this account is not confirmed yet.", 403);
  };

  return {
    complete,
    adopt,
    secondFactor,
    enter: async (path, body, how = {}) =>
      complete(await ask("POST", path, { as: "newcomer", ...how, body: { ...body, tokens: true } })),
    signUp: async (body, how) =>
      result(await ask("POST", "api/auth/sign-up/email", { as: "newcomer", ...how, body: { ...body, tokens: true } })),
  };
}
