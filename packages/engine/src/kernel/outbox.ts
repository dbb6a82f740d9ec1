import type { SqlDriver, SqlQuery } from "@plinth/core";
import type { Engine } from "./engine.ts";

/** A mail as the part of the product describes it that causes it. */
export interface MailOrder {
  readonly workspaceId: string;
  /** The name of its template. */
  readonly template: string;
  readonly to: string;
  /** What the template says beyond the name and the address of the server. */
  readonly variables: Readonly<Record<string, string>>;
  /** The languages that its reader prefers, as in `accept-language`. */
  readonly languages: string;
  /** When it says nothing true any more, such as the end of its link. It is not sent then. */
  readonly expiresAt: number;
}

/** Accepts mails of any part of the product. */
export interface Outbox {
  /** The statements that store the mail, for the batch of what causes it. Afterwards, `wakeOutbox` has it sent at once. */
  queue(engine: Engine, driver: SqlDriver, order: MailOrder): Promise<SqlQuery[]>;
}

/** The schedule that sends. */
export const OUTBOX_SCHEDULE = "mail";

/** Undefined where this server sends no mail. */
export function outboxOf({ outbox, mailer }: Engine): Outbox | undefined {
  return mailer && outbox;
}

/** Has waiting mails sent soon: by the process, or by the tick at the end of this request. */
export function wakeOutbox({ scheduler }: Engine): void {
  scheduler.wake(OUTBOX_SCHEDULE);
}
