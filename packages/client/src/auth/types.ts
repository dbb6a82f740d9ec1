/** A user as the server describes it to itself. */
export interface AuthUser {
  readonly id: string;
  /** Null: it has none, as anonymous users, and those who signed up by phone. */
  readonly email: string | null;
  readonly name: string;
  readonly email_verified: boolean;
  readonly image?: string | null;
  readonly two_factor_enabled?: boolean | null;
  /** It has no account yet. */
  readonly is_anonymous?: boolean | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Who is signed in here. */
export interface AuthSession {
  readonly user: AuthUser;
  /** As it was when the session was read: ask `auth.accessToken()` for one that still counts. */
  readonly access_token: string;
  readonly expires_at: string | undefined;
}

/**
 * `initial`: what was found when the handler was registered. `refreshed`: the session has new tokens. `signed_out`: it
 * has ended, here or elsewhere.
 */
export type AuthEvent = "initial" | "signed_in" | "signed_out" | "refreshed" | "user_changed";

export type AuthHandler = (event: AuthEvent, session: AuthSession | undefined) => void;

/** What a request of a stranger may need. */
export interface CaptchaOption {
  /** The answer of the CAPTCHA's widget. */
  readonly captcha?: string | undefined;
}

/** Pages to which links lead: a path of the server, or one of the workspace's `redirects.urls`. */
export interface CallbackOption {
  readonly callback_url?: string | undefined;
}

/** The answer of a request that has nothing else to say. */
export interface Status {
  readonly status: boolean;
}
