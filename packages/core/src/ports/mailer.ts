import type { MailAddress } from "../mail-address.ts";

/** One mail to one person. Its subject is one line. */
export interface Mail {
  /** The same whenever this mail is sent again. */
  readonly id: string;
  readonly from: MailAddress;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string | undefined;
}

/** Hands mails to a provider, which delivers them. */
export interface Mailer {
  readonly name: string;
  readonly capabilities: {
    /** The provider recognizes a mail that is sent again by its id, for at least a day. */
    readonly deduplicates: boolean;
    /** It delivers nothing: the operator reads the mails there. */
    readonly development: boolean;
  };
  /** Returns once the provider has accepted the mail. Throws only `MailError`. */
  send(mail: Mail): Promise<void>;
  close?(): Promise<void>;
}

/** `refused`: the provider will never accept this mail. `unavailable`: it may, later. */
export type MailErrorKind = "refused" | "unavailable";

/** The only error that leaves a `Mailer`. Its message holds nothing of the mail's content. */
export class MailError extends Error {
  override readonly name = "MailError";
  constructor(
    readonly kind: MailErrorKind,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
