/** What every `Mailer` must do. */
import type { Mail } from "@plinth/core";
import { equal } from "./assert.ts";
import { type Case, registerCases, type Test } from "./case.ts";
import { type SenderSuiteOptions, senderCases, withSender } from "./sender-cases.ts";

/** A mail as the provider understood it. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string | undefined;
}

interface MailerOptions extends SenderSuiteOptions<Mail, ReceivedMail> {
  /** It shows the text of a mail alone. */
  textOnly?: boolean;
}

export interface MailerSuiteOptions extends MailerOptions {
  test: Test;
}

const MAIL: Mail = {
  id: "01934a5e-0000-7000-8000-000000000001",
  from: { address: "no-reply@example.com", name: "Example, Inc." },
  to: "ada@example.org",
  subject: "Grüße 👋 and a, comma",
  text: "First line.\n.\nhttps://example.com/verify?token=a.b-c_d&next=%2F\nÜber.",
};

export function mailerSuite({ test, ...options }: MailerSuiteOptions): void {
  registerCases(test, mailerCases(options));
}

export function mailerCases(options: MailerOptions): Case[] {
  const { open, received, textOnly = false } = options;
  const last = async (): Promise<ReceivedMail> => (await received()).at(-1)!;
  return [
    {
      name: "a mail arrives as it was written",
      run: withSender(open, async (mailer) => {
        await mailer.send(MAIL);
        const { from, to, subject, text } = await last();
        equal({ from, to, subject }, { from: MAIL.from.address, to: [MAIL.to], subject: MAIL.subject }, "the envelope");
        equal(text.trimEnd(), MAIL.text, "the text");
      }),
    },
    {
      name: "a mail's HTML arrives beside its text",
      ...(textOnly && { skipped: "this mailer shows the text alone" }),
      run: withSender(open, async (mailer) => {
        const html = '<p>Über <a href="https://example.com/?a=1&amp;b=2">this</a></p>';
        await mailer.send({ ...MAIL, html });
        const mail = await last();
        equal([mail.text.trimEnd(), mail.html?.trimEnd()], [MAIL.text, html], "text and HTML");
      }),
    },
    ...senderCases({ message: MAIL, secrets: ["token", MAIL.to] }, options),
  ];
}
