import type { Mailer } from "@plinth/core";
import { inMargin } from "./in-margin.ts";

/** Writes each mail instead of sending it: for development, where the person who starts the server reads its links there. */
export function consoleMailer({ write }: { write: (text: string) => void }): Mailer {
  return {
    name: "console",
    capabilities: { deduplicates: false, development: true },
    async send({ to, subject, text }) {
      write(inMargin([`mail to ${to}`, `subject: ${subject}`, "", ...text.split("\n")]));
    },
  };
}
