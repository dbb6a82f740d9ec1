/** A mailbox as mails name it. */
export interface MailAddress {
  readonly address: string;
  /** Shown beside the address. */
  readonly name?: string;
}

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
    /** It delivers nothing: whoever operates the server reads the mails there. */
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

/** One address, as providers and every mail server accept it: ASCII, without comments and quotes. */
const ADDRESS =
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;

/** Reads `no-reply@example.com` or `Example <no-reply@example.com>`; undefined if it is neither. */
export function readMailAddress(text: string): MailAddress | undefined {
  const [, name, angled] = /^([^<>"\p{Cc}]*)<([^<>]*)>$/u.exec(text.trim()) ?? [];
  const address = (angled ?? text).trim();
  if (!ADDRESS.test(address)) return undefined;
  const shown = name?.trim();
  return shown ? { address, name: shown } : { address };
}

/** The address as a header's value (RFC 5322, 3.4), for providers that take it as text. */
export function showMailAddress({ address, name }: MailAddress): string {
  return name === undefined ? address : `"${name.replaceAll(/["\\]/g, "")}" <${address}>`;
}
