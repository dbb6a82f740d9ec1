import type { SqlDriver, SqlQuery } from "@plinth/core";
import type { Engine } from "./engine.ts";

/** How a message reaches its recipient. Its template says which. */
export type MessageChannel = "mail" | "sms";

/** Who has caused a message. Each has a number of its own in an hour, of each kind and to each recipient. */
export interface Asker {
  /** Such as a network, a browser or a user. */
  readonly id: string;
  /** Nothing says that it is the recipient's: all strangers together have a limit as well, and all others another one. */
  readonly isStranger: boolean;
}

/** A message as the part of the product describes it that causes it. */
export interface MessageOrder {
  readonly workspaceId: string;
  /** The name of its template. */
  readonly template: string;
  /** An email address, or a phone number in the form of E.164. */
  readonly to: string;
  /** What the template says beyond the name and the address of the server. */
  readonly variables: Readonly<Record<string, string>>;
  /** The languages that its reader prefers, as in `accept-language`. */
  readonly languages: string;
  /** When it says nothing true any more, such as the end of its link. It is not sent then. */
  readonly expiresAt: number;
  /** Whose limit it counts against, beyond which it is not stored; or that it has been counted when it was asked for. */
  readonly asker: Asker | "counted";
  /** The most messages of this channel that the workspace may cause in a day. Absent: any number. */
  readonly mostADay?: number;
}

export const DAY_MS = 86_400_000;

export interface MessagePage {
  readonly limit: number;
  /** The id of the last message of the page before. */
  readonly before?: string | undefined;
}

export interface KeptMessage {
  readonly id: string;
  readonly channel: string;
  readonly template: string;
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Accepts messages of any part of the product. */
export interface Outbox {
  /** The statements that store the message, for the batch of what causes it. Afterwards, `wakeOutbox` has it sent at once. */
  queue(engine: Engine, driver: SqlDriver, order: MessageOrder): Promise<SqlQuery[]>;
  /** The statement that stops what waits for some recipients and removes their addresses from what was sent. */
  forget(engine: Engine, driver: SqlDriver, workspaceId: string, recipients: readonly string[]): SqlQuery;
  /** What is kept of the messages to a recipient, the newest first; never their content. */
  listTo(driver: SqlDriver, workspaceId: string, recipient: string, page: MessagePage): Promise<KeptMessage[]>;
  /** How many messages of a channel a workspace has caused in the last day. */
  countOfDay(engine: Engine, driver: SqlDriver, workspaceId: string, channel: MessageChannel): Promise<number>;
}

/** The schedule that sends. */
export const OUTBOX_SCHEDULE = "mail";

/** Undefined where this server sends no messages of the kind. */
export function outboxOf(engine: Engine, channel: MessageChannel = "mail"): Outbox | undefined {
  return engine[SENDERS[channel]] && engine.outbox;
}

/** The engine's port that sends. */
export const SENDERS = { mail: "mailer", sms: "sms" } as const satisfies Record<MessageChannel, keyof Engine>;

/** Has waiting messages sent soon: by the process, or by the tick at the end of this request. */
export function wakeOutbox({ scheduler }: Engine): void {
  scheduler.wake(OUTBOX_SCHEDULE);
}
