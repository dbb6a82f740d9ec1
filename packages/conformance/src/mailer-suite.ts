/** What every `Mailer` must do. `received` returns what the provider was handed, oldest first. */
import { type Mail, MailError, type Mailer } from "@plinth/core";
import { assert, equal, rejectionOf } from "./assert.ts";
import { type Case, registerCases, type Test } from "./case.ts";

/** A mail as the provider understood it. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string | undefined;
}

export interface MailerSuiteOptions {
  test: Test;
  open(): Mailer;
  received(): Promise<readonly ReceivedMail[]> | readonly ReceivedMail[];
  /** The provider's next answer is a final refusal, or one that asks to come later. Absent: it accepts everything. */
  refuse?(kind: "refused" | "unavailable"): void;
  /** A mailer whose provider cannot be reached. */
  openUnreachable?(): Mailer;
  /** It shows the text of a mail alone. */
  textOnly?: boolean;
}

const MAIL: Mail = {
  id: "01934a5e-0000-7000-8000-000000000001",
  from: { address: "no-reply@example.com", name: "Example, Inc." },
  to: "ada@example.org",
  subject: "Grüße 👋 and a, comma",
  text: "First line.\n.\nhttps://example.com/verify?token=a.b-c_d&next=%2F\nÜber.",
};

export function mailerSuite(options: MailerSuiteOptions): void {
  registerCases(options.test, mailerCases(options));
}

export function mailerCases(options: Omit<MailerSuiteOptions, "test">): Case[] {
  const { open, received, refuse, openUnreachable, textOnly = false } = options;
  const withMailer =
    (run: (mailer: Mailer) => Promise<void>, make: () => Mailer = open) =>
    async () => {
      const mailer = make();
      try {
        await run(mailer);
      } finally {
        await mailer.close?.();
      }
    };
  const last = async (): Promise<ReceivedMail> => (await received()).at(-1)!;
  return [
    {
      name: "a mail arrives as it was written",
      run: withMailer(async (mailer) => {
        await mailer.send(MAIL);
        const { from, to, subject, text } = await last();
        equal({ from, to, subject }, { from: MAIL.from.address, to: [MAIL.to], subject: MAIL.subject }, "the envelope");
        equal(text.trimEnd(), MAIL.text, "the text");
      }),
    },
    {
      name: "a mail's HTML arrives beside its text",
      ...(textOnly && { skipped: "this mailer shows the text alone" }),
      run: withMailer(async (mailer) => {
        const html = '<p>Über <a href="https://example.com/?a=1&amp;b=2">this</a></p>';
        await mailer.send({ ...MAIL, html });
        const mail = await last();
        equal([mail.text.trimEnd(), mail.html?.trimEnd()], [MAIL.text, html], "text and HTML");
      }),
    },
    {
      name: "each mail is handed over once",
      run: withMailer(async (mailer) => {
        const before = (await received()).length;
        await mailer.send(MAIL);
        await mailer.send({ ...MAIL, id: "01934a5e-0000-7000-8000-000000000002" });
        equal((await received()).length, before + 2, "mails");
      }),
    },
    ...(["refused", "unavailable"] as const).map((kind) => ({
      name: `an answer that means "${kind}" has its own kind, without the mail's content`,
      ...(!refuse && { skipped: "this mailer accepts everything" }),
      run: withMailer(async (mailer) => {
        refuse!(kind);
        equalKind(await rejectionOf(mailer.send(MAIL)), kind);
      }),
    })),
    {
      name: "a provider that cannot be reached is unavailable",
      ...(!openUnreachable && { skipped: "this mailer needs no network" }),
      run: withMailer(
        async (mailer) => equalKind(await rejectionOf(mailer.send(MAIL)), "unavailable"),
        openUnreachable,
      ),
    },
  ];
}

function equalKind(error: unknown, kind: MailError["kind"]): void {
  assert(error instanceof MailError, `expected a MailError, got ${String(error)}`);
  equal(error.kind, kind, "the kind");
  assert(!error.message.includes("token") && !error.message.includes(MAIL.to), "the error holds the mail's content");
}
