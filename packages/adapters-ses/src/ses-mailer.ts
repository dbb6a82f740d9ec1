import { DeliveryError, type Mailer, showMailAddress } from "@plinth/core";
import { AwsClient } from "aws4fetch";

export interface SesOptions {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  /** Default: the region's own. */
  endpoint?: string;
}

const TIMEOUT_MS = 15_000;

/**
 * Mails by Amazon SES, API version 2. SES knows no idempotency key: a mail whose answer was lost is sent again.
 *
 * @example
 * const mailer = sesMailer({ accessKeyId: "AKIA…", secretAccessKey: "…", region: "eu-central-1" });
 */
export function sesMailer(options: SesOptions): Mailer {
  const { accessKeyId, secretAccessKey, region, endpoint = `https://email.${region}.amazonaws.com` } = options;
  // Retries are the caller's: its pauses are longer, and survive this process.
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: "ses", retries: 0 });
  return {
    name: "ses",
    capabilities: { deduplicates: false, development: false },
    async send({ from, to, subject, text, html }) {
      const part = (data: string) => ({ Data: data, Charset: "UTF-8" });
      const body = { Text: part(text), ...(html !== undefined && { Html: part(html) }) };
      const response = await client
        .fetch(`${endpoint}/v2/email/outbound-emails`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({
            FromEmailAddress: showMailAddress(from),
            Destination: { ToAddresses: [to] },
            Content: { Simple: { Subject: part(subject), Body: body } },
          }),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        })
        .catch((cause: unknown) => {
          throw new DeliveryError("unavailable", "SES did not answer", { cause });
        });
      await response.body?.cancel();
      if (!response.ok) throw failureOf(response);
    },
  };
}

/** SES names the error in a header. Wrong keys and a closed account are mended while the mail waits. */
function failureOf({ status, headers }: Response): DeliveryError {
  const type = headers.get("x-amzn-errortype")?.split(":")[0] ?? "";
  const refused = type === "MessageRejected" || (status === 400 && /^(?:BadRequest|Validation)/.test(type));
  return new DeliveryError(refused ? "refused" : "unavailable", `SES answered ${status}${type && ` ${type}`}`);
}
