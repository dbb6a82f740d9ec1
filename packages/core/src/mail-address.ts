/** A mailbox as mails name it. */
export interface MailAddress {
  readonly address: string;
  /** Shown beside the address. */
  readonly name?: string;
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
