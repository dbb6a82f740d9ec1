import { runsHere, type ServerAddress } from "./config-address.ts";
import { CONSOLE_FORM, DEVELOPMENT_URL, type ProviderForm, readProviderUrl, redactProviderUrl } from "./config-mail.ts";

/** How `SMS_URL` names Twilio: an account with its token, and who sends. */
export const TWILIO_URL =
  /^twilio:\/\/(?<accountSid>AC[0-9a-f]{32}):(?<authToken>\w+)@(?<from>\+[1-9]\d{6,14}|MG[0-9a-f]{32}|(?=\d*[a-z])[a-z0-9]{1,11})$/i;

export const TWILIO_FORM: ProviderForm = {
  schemes: ["twilio://"],
  example: "twilio://ACCOUNT_SID:AUTH_TOKEN@+15005550006",
  pattern: TWILIO_URL,
};

/**
 * Completes the setting of text messages, and adds its error to `problems`. As mails, they are only written where the
 * server is on the machine of whoever uses it. Every host reaches every provider.
 */
export function checkSms(
  settings: ServerAddress & { readonly smsUrl: string | undefined },
  problems: string[],
): { smsUrl?: string } {
  const { smsUrl } = settings;
  if (smsUrl === undefined) return runsHere(settings) ? { smsUrl: DEVELOPMENT_URL } : {};
  const form = readProviderUrl(smsUrl, [TWILIO_FORM, CONSOLE_FORM]);
  if (typeof form === "string") problems.push(`SMS_URL is ${redactProviderUrl(smsUrl)}; ${form}.`);
  return { smsUrl };
}
