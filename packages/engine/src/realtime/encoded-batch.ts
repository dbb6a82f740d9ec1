import type { LogPosition, PlinthError } from "@plinth/core";

/** One message: its JSON, and the position from which a subscriber who has it goes on. */
export interface Message {
  readonly json: string;
  /** Absent where resuming after this message alone would lose others of the same position. */
  readonly position?: LogPosition | undefined;
  /** Present where the subscriber's token changes: see `ResumeState`. */
  readonly token?: string | undefined;
}

/** What a host keeps of a subscriber to go on with it after it forgot everything, while the connection stays open. */
export interface ResumeState {
  /** The last that it was sent, if any. */
  readonly position?: LogPosition | undefined;
  /** The last one too. Opaque: under what rights it was sent, and where the log stood when everything was idle. */
  readonly token: string;
}

/** The token of a subscriber that has everything up to `position`. */
export function idleToken(token: string, position: LogPosition): string {
  return `${token}@${position}`;
}

export function parseToken(text: string): { token: string; idleAt: LogPosition | undefined } {
  const [token = "", idleAt] = text.split("@");
  return { token, idleAt };
}

/** Messages that go out together. Made once for all who get them, also in the forms in which they are sent. */
export class EncodedBatch {
  readonly #forms = new Map<string, unknown>();

  constructor(readonly messages: readonly Message[]) {}

  /** What `write` makes of the messages; it must make the same for the same `form`. */
  as<T>(form: string, write: (messages: readonly Message[]) => T): T {
    let written = this.#forms.get(form) as T | undefined;
    if (written === undefined) {
      written = write(this.messages);
      this.#forms.set(form, written);
    }
    return written;
  }
}

export function messageOf(event: object, position?: LogPosition, token?: string): Message {
  return { json: JSON.stringify(event), position, token };
}

/** Why a stream ends, for readers that have only messages to be told by. */
export function closedBatch({ code, message, status }: PlinthError): EncodedBatch {
  return new EncodedBatch([messageOf({ event: "closed", code, message, status })]);
}

const batches = new WeakMap<object, { events: readonly object[]; batch: EncodedBatch }[]>();

/** The batch of these events, in their order; the same for groups that have the same events to send. */
export function batchOf(events: readonly { readonly place: LogPosition }[]): EncodedBatch {
  const made = batches.get(events[0]!) ?? [];
  const known = made.find(
    (one) => one.events.length === events.length && one.events.every((event, i) => event === events[i]),
  );
  if (known) return known.batch;
  const batch = new EncodedBatch(messagesOf(events));
  batches.set(events[0]!, [...made.slice(-MAX_SHARED), { events, batch }]);
  return batch;
}

/** Different groups' pages differ in what they leave out; a few of them are worth remembering. */
const MAX_SHARED = 4;

/** Messages of events in order; only the last event of a position lets its reader go on from there. */
export function messagesOf(events: readonly { readonly place: LogPosition }[]): Message[] {
  return events.map((event, i) => messageOf(event, events[i + 1]?.place === event.place ? undefined : event.place));
}

/** Where a subscriber's messages go. */
export interface Connection {
  /**
   * Never waits. False: the reader is too slow and the connection has ended; the subscriber resumes later. `signature` goes with
   * the positions: see `signedPosition`.
   */
  send(batch: EncodedBatch, signature?: string): boolean;
  /** Without a refusal the subscriber may come back at once. */
  end(refusal?: PlinthError): void;
  /** Resolves when the reader has caught up, where that can be told. */
  drained?(): Promise<void>;
  readonly closed: boolean;
  /** Once closed: the host has ended it, and the reader is about to come back. */
  readonly returns?: boolean;
  /** Gives back its reservation: its subscriber has left, or was never let in. */
  release?: (() => void) | undefined;
  /** Present where the connection was there before: its subscriber is sent nothing but what it has missed. */
  readonly resume?: ResumeState | undefined;
}
