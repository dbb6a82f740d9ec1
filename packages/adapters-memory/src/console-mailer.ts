import type { Mailer } from "@plinth/core";

/** Writes each mail instead of sending it: for development, where the person who starts the server reads its links there. */
export function consoleMailer({ write }: { write: (text: string) => void }): Mailer {
  return {
    name: "console",
    capabilities: { deduplicates: false, development: true },
    async send({ to, subject, text }) {
      const lines = [`mail to ${to}`, `subject: ${subject}`, "", ...text.split("\n")];
      write(lines.map((line) => `  | ${line}`.trimEnd()).join("\n"));
    },
  };
}
