import { consoleMailer } from "@plinth/adapters-memory";
import type { Config, Mailer } from "@plinth/core";
import { type MailForm, readMailUrl } from "../config-mail.ts";

/** A mail provider: what `MAIL_URL` calls it, and how every host opens it. */
export interface MailService extends MailForm {
  readonly capabilities: Mailer["capabilities"];
  /** The adapter is loaded with the first mail. `write` is where the console's mails go. */
  open(url: string, write: (text: string) => void): Promise<Mailer>;
}

export const RESEND: MailService = {
  schemes: ["resend:"],
  example: "resend:re_123",
  pattern: /^resend:[\w-]+$/,
  capabilities: { deduplicates: true, development: false },
  async open(url) {
    const { resendMailer } = await import("@plinth/adapters-resend");
    return resendMailer({ key: url.slice("resend:".length) });
  },
};

const SES_URL = /^ses:\/\/(?<accessKeyId>\w+):(?<secretAccessKey>[^\s@]+)@(?<region>[a-z]{2}(?:-[a-z]+)+-\d)$/;

export const SES: MailService = {
  schemes: ["ses://"],
  example: "ses://ACCESS_KEY_ID:SECRET_ACCESS_KEY@eu-central-1",
  pattern: SES_URL,
  capabilities: { deduplicates: false, development: false },
  async open(url) {
    const { accessKeyId = "", secretAccessKey = "", region = "" } = SES_URL.exec(url)?.groups ?? {};
    const { sesMailer } = await import("@plinth/adapters-ses");
    return sesMailer({ accessKeyId, secretAccessKey, region });
  },
};

export const CONSOLE: MailService = {
  schemes: ["console:"],
  example: "console:",
  pattern: /^console:$/,
  development: true,
  capabilities: { deduplicates: false, development: true },
  open: async (_, write) => consoleMailer({ write }),
};

/** The providers that every host reaches. */
export const HTTP_MAILERS: readonly MailService[] = [RESEND, SES, CONSOLE];

/** The configured provider; undefined where there is none. */
export function openMailer(
  { mailUrl }: Config,
  services: readonly MailService[],
  write: (text: string) => void,
): Mailer | undefined {
  if (mailUrl === undefined) return undefined;
  const service = readMailUrl(mailUrl, services);
  if (typeof service === "string") throw new Error(`MAIL_URL: ${service}.`);
  let opened: Promise<Mailer> | undefined;
  const open = (): Promise<Mailer> => {
    opened ??= service.open(mailUrl, write).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return {
    name: service.schemes[0].replace(/:.*/, ""),
    capabilities: service.capabilities,
    send: async (mail) => (await open()).send(mail),
    close: async () => (await opened)?.close?.(),
  };
}
