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
  /**
   * Counts a request for a code, whether or not there is an account. The answer is its asker, as `CodeAskers` has it. Undefined: no
   * more codes are made for the address now.
   */
  countCode(to: string, source: RequestSource): Promise<string | undefined>;
  /** Called when mails are stored, so that they are sent, and where the answer must not tell whether any was. */
  queued(): void;
  /** Fails where none could be stored. */
  probe(): Promise<void>;
}

/** Whose codes are whose: each asker has an own code of those sent to one address or number, with own tries. */
export interface CodeAskers {
  /** Who sends the request, by what strangers cannot invent: the same for the request for a code and its entry. */
  askerOf(to: string, source: RequestSource): Promise<string>;
  /** Counts a try, by somebody who has no code, of a code that another asker has. False: there were too many. */
  countTry(to: string): Promise<boolean>;
}

/** Sends codes to phones. */
export interface PhoneCodes {
  /** Throws where the pool does not accept codes of this number. */
  accept(phone: string): Promise<void>;
  /** Counts a request for a code, whether or not it is sent; throws if there were too many. */
  count(phone: string, source: RequestSource): Promise<PhoneAsker>;
  /** The statements that store the text message. */
  queue(message: PhoneCodeMessage): Promise<SqlQuery[]>;
  /** Called when the message is stored, so that it is sent, and where the answer must not tell whether one was. */
  queued(): void;
  /** Whether the number may get a new account. */
  takeNewUsers(): Promise<boolean>;
}

/** Who has requested a text message. */
export interface PhoneAsker {
  /** As `CodeAskers` has it. */
  readonly id: string;
  /** The message is not stored where the workspace has sent so many within a day. */
  readonly mostADay: number;
}

export interface PhoneCodeMessage {
  readonly mostADay: number;
  readonly to: string;
  readonly code: string;
  readonly minutes: number;
  /** As in `accept-language`. */
  readonly languages: string;
  readonly expiresAt: number;
}
