import { CONSOLE, type MailService, RESEND, SES } from "./mailers.ts";

const SMTP: MailService = {
  schemes: ["smtp://", "smtps://"],
  example: "smtp://user:password@mail.example.com:587",
  pattern: /^smtps?:\/\/(?:[^\s:@/]+:[^\s@/]*@)?(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?\/?$/i,
  capabilities: { deduplicates: false, development: false },
  async open(url) {
    const { smtpMailer } = await import("@plinth/adapters-smtp");
    return smtpMailer({ url });
  },
};

/** The providers that hosts with TCP sockets reach. Without a spread, bundles of hosts without sockets leave SMTP out. */
export const ALL_MAILERS: readonly MailService[] = [SMTP, RESEND, SES, CONSOLE];
