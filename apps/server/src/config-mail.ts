import type { MailAddress } from "@plinth/core";
import { listensHere, runsHere, type ServerAddress } from "./config-address.ts";

/** How a setting such as `MAIL_URL` names one kind of provider. Each host lists the kinds that it can reach. */
export interface ProviderForm {
  /** What the setting begins with; messages show the first. */
  readonly schemes: readonly [string, ...string[]];
  /** The whole setting, for messages. */
  readonly example: string;
  readonly pattern: RegExp;
  /** Nothing is sent, so nobody needs to answer to it. */
  readonly development?: true;
}

/** Of a server on a developer's machine, which has no setting. */
export const DEVELOPMENT_URL = "console:";
/** Nothing is sent: messages are written to the log. */
export const CONSOLE_FORM: ProviderForm = {
  schemes: [DEVELOPMENT_URL],
  example: DEVELOPMENT_URL,
  pattern: /^console:$/,
  development: true,
};
/** A capability that only hosts with TCP connections have. Others know its form to say so. */
export const SMTP_FORM: ProviderForm = {
  schemes: ["smtp://", "smtps://"],
  example: "smtp://user:password@mail.example.com:587",
  pattern: /^smtps?:\/\/(?:[^\s:@/]+:[^\s@/]*@)?(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?\/?$/i,
};
const DEVELOPMENT_SENDER: MailAddress = { address: "plinth@localhost", name: "Plinth" };

/** Settings that mail depends on, as they were read. */
export interface MailSettings extends ServerAddress {
  readonly mailUrl: string | undefined;
  readonly mailFrom: MailAddress | undefined;
  readonly emailVerification: "optional" | "required";
}

/** The kind of provider; a string explains the error. */
export function readProviderUrl<Form extends ProviderForm>(url: string, forms: readonly Form[]): Form | string {
  const form = forms.find(({ schemes }) => schemes.some((scheme) => url.startsWith(scheme)));
  if (!form) return `on this host it must begin with ${listForms(forms)}`;
  return form.pattern.test(url) ? form : `it must be like ${form.example}`;
}

function listForms(forms: readonly ProviderForm[]): string {
  const shown = forms.map(({ schemes }) => schemes[0]);
  return `${shown.slice(0, -1).join(", ")} or ${shown.at(-1)}`;
}

/** What a host without SMTP says of such a setting; undefined: it is another one, or this host has SMTP. */
function withoutSmtp(url: string, forms: readonly ProviderForm[]): string | undefined {
  const { schemes } = SMTP_FORM;
  const asks = (scheme: string) => url.startsWith(scheme);
  if (!schemes.some(asks) || forms.some((form) => form.schemes.some(asks))) return undefined;
  const instead = forms.filter(({ development }) => !development).map(({ example }) => example);
  return `this host has no SMTP, because it opens no TCP connections (UNSUPPORTED_BY_HOST): use ${instead.join(" or ")}`;
}

/**
 * Completes the settings of mail, and adds their errors to `problems`. Without a setting, mails are only written where the
 * server is on the machine of its user; elsewhere there are none.
 */
export function checkMail(
  settings: MailSettings,
  forms: readonly ProviderForm[],
  problems: string[],
): { mailUrl?: string; mailFrom: MailAddress } {
  const { mailUrl, mailFrom, emailVerification, appUrl } = settings;
  if (mailUrl === undefined) {
    const local = runsHere(settings);
    if (!local && emailVerification === "required") {
      problems.push("EMAIL_VERIFICATION is required, but this server sends no mail: set MAIL_URL.");
    }
    return { mailFrom: mailFrom ?? DEVELOPMENT_SENDER, ...(local && { mailUrl: DEVELOPMENT_URL }) };
  }
  const form = withoutSmtp(mailUrl, forms) ?? readProviderUrl(mailUrl, forms);
  if (typeof form === "string") problems.push(`MAIL_URL is ${redactProviderUrl(mailUrl)}; ${form}.`);
  else if (!form.development) {
    const isWrong = (name: string) => problems.some((problem) => problem.startsWith(`${name} `));
    if (!mailFrom && !isWrong("MAIL_FROM"))
      problems.push("MAIL_FROM is not set, but MAIL_URL requires it: Example <no-reply@example.com>.");
    // A guess may come from a request's headers, and links with secrets would lead to the sender of the headers.
    if (appUrl === undefined && !listensHere(settings) && !isWrong("APP_URL"))
      problems.push("APP_URL is not set, but MAIL_URL requires it: links in mails lead there.");
  }
  return { mailUrl, mailFrom: mailFrom ?? DEVELOPMENT_SENDER };
}

/** The provider without its passwords and keys, for messages and logs. */
export function redactProviderUrl(url: string): string {
  const [, scheme, host] = /^([a-z]+:(?:\/\/)?)(?:.*@([\w.:[\]-]+)$)?/.exec(url) ?? [];
  if (scheme === undefined) return `(${url.length} characters)`;
  if (host !== undefined) return `${scheme}…@${host}`;
  return url === scheme ? scheme : `${scheme}…`;
}
