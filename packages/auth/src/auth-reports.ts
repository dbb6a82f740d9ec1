import type { JsonObject, SqlQuery } from "@plinth/core";
import type { CaptchaGate } from "./captcha/gates.ts";

export interface CaptchaAttempt {
  readonly gate: CaptchaGate;
  /** As the request has it. */
  readonly token: string | null;
  /** The client's, where the host knows it. */
  readonly address: string | undefined;
}

export interface SignUpQuestion {
  /** Null: there is none. */
  readonly email: string | null;
  /** As the request or the provider has it. Null: there is none. */
  readonly name: string | null;
  readonly method: "password" | "provider" | "mail" | "phone" | "passkey" | "anonymous";
  /** The client's, where the host knows it. */
  readonly address: string | null;
}

/** What the pool's program stores of a new account in place of what the request says. It has been checked. */
export interface SignUpAmendment {
  /** Of the account itself. An image that is null is left out. */
  readonly account: { readonly name?: string; readonly image?: string | null };
  /** Of the account's item in the collection of users: fields that the workspace has added. */
  readonly profile: JsonObject;
}

/** Whether there may be a new account by a provider: statements for the batch that makes it, and what is stored of it. */
export interface ProviderAdmission {
  readonly onUserCreated: (userId: string) => SqlQuery[];
  readonly amended?: SignUpAmendment | undefined;
}

/** A password that somebody has tried. */
export interface PasswordAttempt {
  /** As it was sent, of a sign-in. */
  readonly email: string | undefined;
  /** Of whoever is signed in. */
  readonly userId: string | undefined;
  readonly valid: boolean;
  /** To sign in, or to confirm who has signed in. */
  readonly purpose: "sign_in" | "confirmation";
  readonly address: string | null;
}

export interface SignedIn {
  readonly userId: string;
  readonly sessionId: string;
  readonly methods: readonly string[];
  /** The client's, where the host knows it. */
  readonly address: string | null;
  readonly userAgent: string | null;
}

export interface AddressClaim {
  readonly userId: string;
  /** The account that the batch stores, and which stays. */
  readonly accountId?: string;
  /** The batch has just said that the address is verified. Otherwise an account whose address is stays as it is. */
  readonly isVerified?: boolean;
}

/** An anonymous user who has just got a sign-in method. */
export interface Upgrade {
  readonly userId: string;
  /** The session continues with this new proof. Undefined: a new session begins, or none. */
  readonly session: { readonly id: string; readonly methods: string; readonly authenticatedAt: number } | undefined;
}

export interface AccountLink {
  readonly userId: string;
  /** The id of the new row. */
  readonly accountId: string;
  /** The user was signed in, and asked for it; else the provider has verified the address of the user. */
  readonly explicit: boolean;
  /** As the provider has it. */
  readonly name: string;
}

/** What happened to an account. Attempts that failed are errors of `handle`. */
export interface AccountEvent {
  readonly type:
    | "sign_up"
    | "sign_in"
    | "sign_out"
    | "password_change"
    | "password_reset"
    | "session_revoke"
    | "step_up"
    | "user_upgrade"
    | "phone_change"
    | "passkey_add"
    | "second_factor_add"
    | "second_factor_remove"
    | "recovery_codes_replace"
    | "account_link";
  readonly userId: string;
  /** The client's, where the host knows it. */
  readonly address: string | null;
  /** The session that was made or ended. */
  readonly sessionId?: string;
  readonly detail?: Readonly<Record<string, string>> | undefined;
}
