import type { Config, Mail, Platform, Sender } from "@plinth/core";
import { type ProviderForm, readProviderUrl } from "../config-mail.ts";
import { SMS_SENDERS } from "./sms-senders.ts";

/** A provider of mails or text messages: what its setting calls it, and how every host opens it. */
export interface SenderService<Message> extends ProviderForm {
  readonly capabilities: Sender<Message>["capabilities"];
  /** The adapter is loaded with the first message. `write` is where the console's messages go. */
  open(url: string, write: (text: string) => void): Promise<Sender<Message>>;
}

/** The configured provider; undefined where there is none. `setting`: the name of what configures it. */
export function openSender<Message>(
  { setting, url }: { readonly setting: string; readonly url: string | undefined },
  services: readonly SenderService<Message>[],
  write: (text: string) => void,
): Sender<Message> | undefined {
  if (url === undefined) return undefined;
  const service = readProviderUrl(url, services);
  if (typeof service === "string") throw new Error(`${setting}: ${service}.`);
  let opened: Promise<Sender<Message>> | undefined;
  const open = (): Promise<Sender<Message>> => {
    opened ??= service.open(url, write).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return {
    name: service.schemes[0].replace(/:.*/, ""),
    capabilities: service.capabilities,
    send: async (message) => (await open()).send(message),
    close: async () => (await opened)?.close?.(),
  };
}

/** The ports of the senders that the settings name. */
export function openSenders(
  { mailUrl, smsUrl }: Config,
  mailers: readonly SenderService<Mail>[],
  write: (text: string) => void,
): Pick<Platform, "mailer" | "sms"> {
  return {
    mailer: openSender({ setting: "MAIL_URL", url: mailUrl }, mailers, write),
    sms: openSender({ setting: "SMS_URL", url: smsUrl }, SMS_SENDERS, write),
  };
}
