import { consoleSmsSender } from "@plinth/adapters-memory";
import type { Sms } from "@plinth/core";
import { CONSOLE_FORM } from "../config-mail.ts";
import { TWILIO_FORM, TWILIO_URL } from "../config-sms.ts";
import type { SenderService } from "./senders.ts";

const TWILIO: SenderService<Sms> = {
  ...TWILIO_FORM,
  capabilities: { deduplicates: false, development: false },
  async open(url) {
    const { accountSid = "", authToken = "", from = "" } = TWILIO_URL.exec(url)?.groups ?? {};
    const { twilioSmsSender } = await import("@plinth/adapters-twilio");
    return twilioSmsSender({ accountSid, authToken, from });
  },
};

const CONSOLE: SenderService<Sms> = {
  ...CONSOLE_FORM,
  capabilities: { deduplicates: false, development: true },
  open: async (_, write) => consoleSmsSender({ write }),
};

/** Every host reaches them. */
export const SMS_SENDERS: readonly SenderService<Sms>[] = [TWILIO, CONSOLE];
