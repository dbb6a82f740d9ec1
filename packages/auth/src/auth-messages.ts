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

/** Receives the mails of the flows. */
export interface AuthMails {
  /** The statements that store a mail. */
  queue(mail: AuthMail): Promise<SqlQuery[]>;
  /** Counts a request for a code, whether or not there is an account. False: no more codes are made for the address now. */
  countCode(to: string, source: RequestSource): Promise<boolean>;
  /** Called when mails are stored, so that they are sent, and where the answer must not tell whether any was. */
  queued(): void;
  /** Fails where none could be stored. */
  probe(): Promise<void>;
}

/** Sends codes to phones. */
export interface PhoneCodes {
  /** Throws where the pool does not accept codes of this number. */
  accept(phone: string): Promise<void>;
  /** Counts a request for a code, whether or not it is sent; throws if there were too many. */
  count(phone: string, source: RequestSource): Promise<void>;
  /** The statements that store the text message. */
  queue(message: PhoneCodeMessage): Promise<SqlQuery[]>;
  /** Called when the message is stored, so that it is sent, and where the answer must not tell whether one was. */
  queued(): void;
  /** Whether the number may get a new account. */
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
