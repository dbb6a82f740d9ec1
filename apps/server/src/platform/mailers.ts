import { consoleMailer } from "@plinth/adapters-memory";
import type { Mail } from "@plinth/core";
import { CONSOLE_FORM } from "../config-mail.ts";
import type { SenderService } from "./senders.ts";

export type MailService = SenderService<Mail>;

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
  ...CONSOLE_FORM,
  capabilities: { deduplicates: false, development: true },
  open: async (_, write) => consoleMailer({ write }),
};

/** The providers that every host reaches. */
export const HTTP_MAILERS: readonly MailService[] = [RESEND, SES, CONSOLE];
