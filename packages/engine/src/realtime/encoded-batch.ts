import type { LogPosition, PlinthError } from "@plinth/core";
import { type PositionSeal, sealedPosition } from "../kernel/position.ts";

/** One message: its JSON, and the position from which a subscriber can resume after it. */
export interface Message {
  readonly json: string;
  /** Absent where resuming after this message would skip other messages with the same position. */
  readonly position?: LogPosition | undefined;
  /** Present where the subscriber's token changes: see `ResumeState`. */
  readonly token?: string | undefined;
  /** What `json` is made of, where it names a position. */
  readonly event?: PositionedMessage | undefined;
}

interface PositionedMessage {
  /** It may be signed. */
  readonly position: string;
}

/** What a hibernating host stores of a subscriber, to continue it while the connection stays open. */
export interface ResumeState {
  /** The last position sent, if any. */
  readonly position?: LogPosition | undefined;
  /**
   * The last token sent. Opaque: it identifies the rights it was sent under, and the log position if everything was
   * idle.
   */
  readonly token: string;
}

/** The token of a subscriber that has received everything up to `position`. */
export function idleToken(token: string, position: LogPosition): string {
  return `${token}@${position}`;
}

export function parseToken(text: string): { token: string; idleAt: LogPosition | undefined } {
  const [token = "", idleAt] = text.split("@");
  return { token, idleAt };
}

/** Messages that are sent together. Encoded once for all receivers, in each wire form. */
export class EncodedBatch {
  readonly #forms = new Map<string, unknown>();
  #sealed: EncodedBatch | undefined;

  constructor(readonly messages: readonly Message[]) {}

  /** The same messages with sealed positions. All callers of a batch have the same seal: they are in one workspace. */
  sealedBy(seal: PositionSeal): EncodedBatch {
    this.#sealed ??= new EncodedBatch(this.messages.map((message) => sealedMessage(message, seal)));
    return this.#sealed;
  }

  /**
   * The messages as `write` encodes them, cached by `form`. `write` must return the same result for the same `form`.
   */
  as<T>(form: string, write: (messages: readonly Message[]) => T): T {
    let written = this.#forms.get(form) as T | undefined;
    if (written === undefined) {
      written = write(this.messages);
      this.#forms.set(form, written);
    }
    return written;
  }
}

function sealedMessage({ json, position, token, event }: Message, seal: PositionSeal): Message {
  return {
    json: event ? JSON.stringify({ ...event, position: sealedPosition(seal, event.position) }) : json,
    position: position === undefined ? undefined : seal.close(position),
    token,
  };
}

export function messageOf(event: object, position?: LogPosition, token?: string): Message {
  return { json: JSON.stringify(event), position, token };
}

export function positionedMessageOf(event: PositionedMessage, position?: LogPosition, token?: string): Message {
  return { ...messageOf(event, position, token), event };
}

/** Why a stream ends, for clients that can only receive messages. */
export function closedBatch({ code, message, status }: PlinthError): EncodedBatch {
  return new EncodedBatch([messageOf({ event: "closed", code, message, status })]);
}

const batches = new WeakMap<object, { events: readonly object[]; batch: EncodedBatch }[]>();

/** The batch of these events, in order. Groups with the same events share it. */
export function batchOf(events: readonly { readonly position: LogPosition }[]): EncodedBatch {
  const made = batches.get(events[0]!) ?? [];
  const known = made.find(
    (one) => one.events.length === events.length && one.events.every((event, i) => event === events[i]),
  );
  if (known) return known.batch;
  const batch = new EncodedBatch(messagesOf(events));
  batches.set(events[0]!, [...made.slice(-MAX_SHARED), { events, batch }]);
  return batch;
}

/** Groups differ in the events they leave out, so a few batches are cached for each page. */
const MAX_SHARED = 4;

/** Messages of events in order. Only the last event of a position carries the position to resume from. */
export function messagesOf(events: readonly { readonly position: LogPosition }[]): Message[] {
  return events.map((event, i) =>
    positionedMessageOf(event, events[i + 1]?.position === event.position ? undefined : event.position),
  );
}

/** The connection that receives a subscriber's messages. */
export interface Connection {
  /**
   * Never blocks. False: the reader is too slow and the connection has ended; the subscriber resumes later. `signature`
   * is sent with the positions: see `signedPosition`.
   */
  send(batch: EncodedBatch, signature?: string): boolean;
  /** Without a refusal, the subscriber may reconnect at once. */
  end(refusal?: PlinthError): void;
  /** Resolves when the reader has caught up, if the host can know that. */
  drained?(): Promise<void>;
  readonly closed: boolean;
  /** After closing: the host ended the connection, and the reader will reconnect soon. */
  readonly returns?: boolean;
  /** Releases its reservation: the subscriber has left or was refused. */
  release?: (() => void) | undefined;
  /** Present where the connection existed before: the subscriber receives only what it missed. */
  readonly resume?: ResumeState | undefined;
}
