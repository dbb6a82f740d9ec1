import type { Place, PlinthError } from "@plinth/core";

/** One message: its JSON, and the place from which a subscriber who has it goes on. */
export interface Frame {
  readonly json: string;
  /** Absent where resuming after this message alone would lose others of the same place. */
  readonly place?: Place | undefined;
  /** Present where the subscriber's mark changes: see `Resumption`. */
  readonly mark?: string | undefined;
}

/** What a host keeps of a subscriber to go on with it after it forgot everything, while the connection stays open. */
export interface Resumption {
  /** The last that it was told, if any. */
  readonly place?: Place | undefined;
  /** The last one too. Opaque: by what rights it was told, and where the log stood when everything was at rest. */
  readonly mark: string;
}

/** The mark of one who has everything that the log held up to `place`. */
export function restingMark(mark: string, place: Place): string {
  return `${mark}@${place}`;
}

export function parseMark(text: string): { mark: string; rested: Place | undefined } {
  const [mark = "", rested] = text.split("@");
  return { mark, rested };
}

/** Messages that go out together. Made once for all who get them, also in the forms in which they are sent. */
export class Chunk {
  readonly #forms = new Map<string, unknown>();

  constructor(readonly frames: readonly Frame[]) {}

  /** What `write` makes of the frames; it must make the same for the same `form`. */
  as<T>(form: string, write: (frames: readonly Frame[]) => T): T {
    let written = this.#forms.get(form) as T | undefined;
    if (written === undefined) {
      written = write(this.frames);
      this.#forms.set(form, written);
    }
    return written;
  }
}

export function frameOf(message: object, place?: Place, mark?: string): Frame {
  return { json: JSON.stringify(message), place, mark };
}

/** Why a stream ends, for readers that have only messages to be told by. */
export function closedChunk({ code, message, status }: PlinthError): Chunk {
  return new Chunk([frameOf({ event: "closed", code, message, status })]);
}

const chunks = new WeakMap<object, { events: readonly object[]; chunk: Chunk }[]>();

/** The chunk of these events, in their order; the same for groups that have the same events to tell. */
export function chunkOf(events: readonly { readonly place: Place }[]): Chunk {
  const made = chunks.get(events[0]!) ?? [];
  const known = made.find(
    (one) => one.events.length === events.length && one.events.every((event, i) => event === events[i]),
  );
  if (known) return known.chunk;
  const chunk = new Chunk(framesOf(events));
  chunks.set(events[0]!, [...made.slice(-MAX_SHARED), { events, chunk }]);
  return chunk;
}

/** Different groups' pages differ in what they leave out; a few of them are worth remembering. */
const MAX_SHARED = 4;

/** Frames of events in order; only the last event of a place lets its reader go on from there. */
export function framesOf(events: readonly { readonly place: Place }[]): Frame[] {
  return events.map((event, i) => frameOf(event, events[i + 1]?.place === event.place ? undefined : event.place));
}

/** Where a subscriber's messages go. */
export interface Outlet {
  /**
   * Never waits. False: the reader is too slow and the outlet has ended; the subscriber resumes later. `seal` goes with
   * the places: see `sealedPlace`.
   */
  send(chunk: Chunk, seal?: string): boolean;
  /** Without a refusal the subscriber may come back at once. */
  end(refusal?: PlinthError): void;
  /** Resolves when the reader has caught up, where that can be told. */
  drained?(): Promise<void>;
  readonly closed: boolean;
  /** Once closed: the host has ended it, and the reader is about to come back. */
  readonly returns?: boolean;
  /** Gives back the place that was taken for it: its subscriber has left the room, or was never let in. */
  release?: (() => void) | undefined;
  /** Present where the connection was there before: its subscriber is told nothing but what it has missed. */
  readonly resume?: Resumption | undefined;
}
