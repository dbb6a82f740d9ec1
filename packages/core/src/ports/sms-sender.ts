import type { Sender } from "./sender.ts";

/** One text message to one phone. Who sends it is the provider's setting. */
export interface Sms {
  /** The same whenever this message is sent again. */
  readonly id: string;
  /** In the form of E.164: `+4915112345678`. */
  readonly to: string;
  readonly text: string;
}

export type SmsSender = Sender<Sms>;
