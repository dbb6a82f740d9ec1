import { DeliveryError, fetchBounded, type SmsSender } from "@plinth/core";

export interface TwilioOptions {
  /** `AC…` */
  accountSid: string;
  authToken: string;
  /** A phone number in the form of E.164, a sender's name, or the id of a messaging service: `MG…`. */
  from: string;
  /** Default: Twilio's own. */
  endpoint?: string;
}

const LIMITS = { timeoutMs: 15_000, maxBytes: 65_536, mayBePrivate: true } as const;

const MESSAGING_SERVICE = /^MG[0-9a-f]{32}$/i;

/**
 * Refusals that are about the sender (https://www.twilio.com/docs/api/errors): mended in the settings while the message
 * waits, as a wrong token is.
 */
const WRONG_SENDER: ReadonlySet<number> = new Set([21212, 21603, 21606, 21659, 21660, 21701, 21702, 21703, 21704]);

/**
 * Text messages by Twilio's Messages API. It recognizes none that is sent again.
 *
 * @example
 * const sender = twilioSmsSender({ accountSid: "AC123", authToken: "secret", from: "+15005550006" });
 */
export function twilioSmsSender(options: TwilioOptions): SmsSender {
  const { accountSid, authToken, from, endpoint = "https://api.twilio.com" } = options;
  const url = `${endpoint}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`;
  const headers = {
    authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}`,
    "content-type": "application/x-www-form-urlencoded",
  };
  const sender: Record<string, string> = MESSAGING_SERVICE.test(from) ? { MessagingServiceSid: from } : { From: from };
  return {
    name: "twilio",
    capabilities: { deduplicates: false, development: false },
    async send({ to, text }) {
      const body = String(new URLSearchParams({ To: to, Body: text, ...sender }));
      const answer = await fetchBounded(url, { method: "POST", headers, body }, LIMITS).catch((cause: unknown) => {
        throw new DeliveryError("unavailable", "Twilio did not answer", { cause });
      });
      if (answer.status < 200 || answer.status >= 300) throw failureOf(answer.status, codeIn(answer.text));
    },
  };
}

/** Twilio's own number of the error. Its message may quote the phone number. */
function codeIn(text: string): number | undefined {
  try {
    const { code } = JSON.parse(text) as { code?: unknown };
    return typeof code === "number" ? code : undefined;
  } catch {
    return undefined;
  }
}

function failureOf(status: number, code: number | undefined): DeliveryError {
  const refused = status === 400 && !(code !== undefined && WRONG_SENDER.has(code));
  const said = code === undefined ? String(status) : `${status}, error ${code}`;
  return new DeliveryError(refused ? "refused" : "unavailable", `Twilio answered ${said}`);
}
