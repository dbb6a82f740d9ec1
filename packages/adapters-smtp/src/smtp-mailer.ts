import { DeliveryError, isLoopback, type Mail, type Mailer } from "@plinth/core";
import { createTransport } from "nodemailer";

export interface SmtpOptions {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. */
  url: string;
}

/** A mail server that takes longer counts as unavailable. */
const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;

/**
 * Mails over SMTP (RFC 5321). A password is only sent over TLS, except to this machine.
 *
 * @example
 * const mailer = smtpMailer({ url: "smtp://user:password@mail.example.com:587" });
 */
export function smtpMailer({ url }: SmtpOptions): Mailer {
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
        await transport.sendMail({ ...partsOf(mail), messageId: `<${mail.id}@${domainOf(mail)}>` });
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
  // A wrong password is answered with 535, and is mended in the settings while the mail waits.
  const permanent = responseCode !== undefined && responseCode >= 500 && code !== "EAUTH";
  const step = command ? ` to ${command.split(" ")[0]}` : "";
  const said = responseCode === undefined ? (code ?? "no answer") : `${responseCode}${step}`;
  return new DeliveryError(permanent ? "refused" : "unavailable", `the mail server answered ${said}`);
}
