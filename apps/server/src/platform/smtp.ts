import { SMTP_FORM } from "../config-mail.ts";
import { CONSOLE, type MailService, RESEND, SES } from "./mailers.ts";

const SMTP: MailService = {
  ...SMTP_FORM,
  capabilities: { deduplicates: false, development: false },
  async open(url) {
    const { smtpMailer } = await import("@plinth/adapters-smtp");
    return smtpMailer({ url });
  },
};

/** The providers that hosts with TCP sockets reach. Without a spread, bundles of hosts without sockets leave SMTP out. */
export const ALL_MAILERS: readonly MailService[] = [SMTP, RESEND, SES, CONSOLE];
