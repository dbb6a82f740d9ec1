import type { MailAddress } from "../mail-address.ts";
import type { Sender } from "./sender.ts";

/** One mail to one person. Its subject is one line. */
export interface Mail {
  /** The same whenever this mail is sent again. */
  readonly id: string;
  readonly from: MailAddress;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string | undefined;
}

export type Mailer = Sender<Mail>;
