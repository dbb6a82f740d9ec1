import type { Mailer, SmsSender } from "@plinth/core";

/** Senders that deliver nothing. The outbox keeps the contents for them, as in development, so that tests can read them there. */
export const mailer: Mailer = {
  name: "test",
  capabilities: { deduplicates: false, development: true },
  send: async () => {},
};
export const sms: SmsSender = { ...mailer, send: async () => {} };
