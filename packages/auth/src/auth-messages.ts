import type { SqlQuery } from "@plinth/core";

/** Where a request comes from that has a message sent. */
export interface RequestSource {
  /** The client's, where the host knows it. */
  readonly address: string | null;
  /** The `cookie` header. */
  readonly cookies: string | null;
}

/** A mail of one of the flows here. */
export interface AuthMail {
  readonly kind:
    | "verify_email"
    | "account_exists"
    | "reset_password"
    | "approve_email_change"
    | "confirm_new_email"
    | "magic_link"
    | "email_code";
  readonly to: string;
  readonly variables: Readonly<Record<string, string>>;
  /** As in `accept-language`. */
  readonly languages: string;
  readonly source: RequestSource;
  readonly expiresAt: number;
}

/** Where mails go that the flows cause. */
export interface AuthMails {
  /** The statements that store a mail. */
  queue(mail: AuthMail): Promise<SqlQuery[]>;
  /** Mails are stored, and can be sent. */
  queued(): void;
  /** Fails where none could be stored. */
  probe(): Promise<void>;
}

/** How codes reach phones. */
export interface PhoneCodes {
  /** Throws where the pool does not accept codes of this number. */
  accept(phone: string): Promise<void>;
  /** Counts a code that somebody asks for, whether or not it is sent; throws where there were too many. */
  count(phone: string, source: RequestSource): Promise<void>;
  /** The statements that store the text message. */
  queue(message: PhoneCodeMessage): Promise<SqlQuery[]>;
  /** It is stored, and can be sent. */
  queued(): void;
  /** Whether somebody may make an account by the number. */
  takeNewUsers(): Promise<boolean>;
}

export interface PhoneCodeMessage {
  readonly to: string;
  readonly code: string;
  readonly minutes: number;
  /** As in `accept-language`. */
  readonly languages: string;
  readonly expiresAt: number;
}
