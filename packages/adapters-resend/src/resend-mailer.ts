import { DeliveryError, type Mailer, showMailAddress } from "@plinth/core";

export interface ResendOptions {
  /** `re_…` */
  key: string;
  /** Default: Resend's own. */
  endpoint?: string;
}

const TIMEOUT_MS = 15_000;

/**
 * Mails by Resend's API. Its idempotency key is the mail's id: within 24 hours, a mail that is sent again is delivered
 * once.
 *
 * @example
 * const mailer = resendMailer({ key: "re_123" });
 */
export function resendMailer({ key, endpoint = "https://api.resend.com/emails" }: ResendOptions): Mailer {
  return {
    name: "resend",
    capabilities: { deduplicates: true, development: false },
    async send({ id, from, to, subject, text, html }) {
      const body = { from: showMailAddress(from), to: [to], subject, text, ...(html !== undefined && { html }) };
      const response = await fetch(endpoint, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "idempotency-key": id },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }).catch((cause: unknown) => {
        throw new DeliveryError("unavailable", "Resend did not answer", { cause });
      });
      await response.body?.cancel();
      if (!response.ok) throw failureOf(response.status);
    },
  };
}

/** 401 and 403 say that the key or the sender's domain is wrong: mended in the settings while the mail waits. */
function failureOf(status: number): DeliveryError {
  const refused = status === 400 || status === 413 || status === 422;
  return new DeliveryError(refused ? "refused" : "unavailable", `Resend answered ${status}`);
}
