import type { Config } from "@plinth/core";

/** What mail programs turn into a link: a scheme, a host name, an address in a network, a mail address. */
const LINK = /:\/\/|www\.|mailto:|[\p{L}\p{N}_-][.。](?:\p{L}{2}|xn--)|\d\.\d+\.\d+\.\d|\S@\S/iu;
/** They are not seen, and do not end a link in every program. */
const INVISIBLE = /\p{Cf}/gu;

/**
 * A name that somebody has chosen, unless it would put a stranger's link into the product's own mail. It is left out as a whole: what
 * one program shows as text after a change, another makes a link of.
 */
export function nameInMail(name: string): string | undefined {
  return LINK.test(name.normalize("NFKC").replace(INVISIBLE, "")) ? undefined : name;
}

/** What the app of a workspace is called in mails and authenticator apps: as on its pages, where they have a name. */
export function appNameOf(
  { mailFrom, appUrl }: Pick<Config, "mailFrom" | "appUrl">,
  { pages }: { readonly pages: { readonly name: string | null } },
): string {
  const own = pages.name === null ? undefined : nameInMail(pages.name);
  return own ?? mailFrom.name ?? new URL(appUrl).host;
}
