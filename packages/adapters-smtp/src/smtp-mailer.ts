import { DeliveryError, isLoopback, type Mail, type Mailer } from "@plinth/core";
import { createTransport } from "nodemailer";

export interface SmtpOptions {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. */
  url: string;
  /** Milliseconds that one mail may take altogether; a server may answer each step late. */
  longestMs?: number;
}

/** A mail server that takes longer counts as unavailable. */
const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;
/** Less than the time after which the outbox lets another process send the mail. */
const LONGEST_MS = 90_000;
/** Answers about this one mail. A `5xx` to anything else is about the settings, and is mended there while mails wait. */
const ABOUT_THE_MAIL: ReadonlySet<string | undefined> = new Set(["RCPT TO", "DATA"]);
/** The session is in the wrong state, or nobody has signed in: other answers to the same commands. */
const ABOUT_THE_SESSION: ReadonlySet<number> = new Set([503, 530]);

/**
 * Mails over SMTP (RFC 5321). A password is only sent over TLS, except to this machine.
 *
 * @example
 * const mailer = smtpMailer({ url: "smtp://user:password@mail.example.com:587" });
 */
export function smtpMailer({ url, longestMs = LONGEST_MS }: SmtpOptions): Mailer {
  const { hostname, port, protocol, username, password } = new URL(url);
  const secure = protocol === "smtps:";
  const host = decodeURIComponent(hostname).replace(/^\[(.*)\]$/, "$1");
  const transport = createTransport({
    host,
    port: port ? Number(port) : secure ? 465 : 587,
    secure,
    requireTLS: !secure && username !== "" && !isLoopback(host),
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    pool: true,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    // A mail holds texts; a template must not make this server read its files or fetch addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name: "smtp",
    capabilities: { deduplicates: false, development: false },
    async send(mail) {
      try {
        await transport.sendMail({
          ...partsOf(mail),
          messageId: `<${mail.id}@${domainOf(mail)}>`,
          signal: AbortSignal.timeout(longestMs),
        });
      } catch (error) {
        throw failureOf(error);
      }
    },
    close: async () => transport.close(),
  };
}

function partsOf({ from, to, subject, text, html }: Mail) {
  // As objects: a text would be parsed, and a comma in a name would begin another address.
  return {
    from: { name: from.name ?? "", address: from.address },
    to: { name: "", address: to },
    subject,
    text,
    ...(html !== undefined && { html }),
  };
}

function domainOf({ from }: Mail): string {
  return from.address.slice(from.address.lastIndexOf("@") + 1);
}

/** The server's own words may quote the mail, so only its code is kept. */
function failureOf(error: unknown): DeliveryError {
  const { responseCode, code, command } = error as { responseCode?: number; code?: string; command?: string };
  if (code === "EABORT") return new DeliveryError("unavailable", "the mail server took too long");
  if (responseCode === undefined) {
    return new DeliveryError("unavailable", "the mail server did not answer", { cause: error });
  }
  const isRefusal = responseCode >= 500 && ABOUT_THE_MAIL.has(command) && !ABOUT_THE_SESSION.has(responseCode);
  const step = command ? ` to ${command.split(" ")[0]}` : "";
  return new DeliveryError(isRefusal ? "refused" : "unavailable", `the mail server answered ${responseCode}${step}`);
}
