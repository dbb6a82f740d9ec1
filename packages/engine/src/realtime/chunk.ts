import type { Place } from "@plinth/core";

/** One message: its JSON, and the place from which a subscriber who has it goes on. */
export interface Frame {
  readonly json: string;
  /** Absent where resuming after this message alone would lose others of the same place. */
  readonly place?: Place | undefined;
}

/** Messages that go out together. Made once for all who get them, also in their encoded form. */
export class Chunk {
  #encoded = new Map<unknown, Uint8Array>();

  constructor(readonly frames: readonly Frame[]) {}

  /** The bytes in a transport's form. */
  encoded(encode: (frames: readonly Frame[]) => Uint8Array): Uint8Array {
    let bytes = this.#encoded.get(encode);
    if (!bytes) {
      bytes = encode(this.frames);
      this.#encoded.set(encode, bytes);
    }
    return bytes;
  }
}

export function frameOf(message: object, place?: Place): Frame {
  return { json: JSON.stringify(message), place };
}

/** Frames of events in order; only the last event of a place lets its reader go on from there. */
export function framesOf(events: readonly { readonly place: Place }[]): Frame[] {
  return events.map((event, i) => frameOf(event, events[i + 1]?.place === event.place ? undefined : event.place));
}

/** Where a subscriber's messages go. */
export interface Outlet {
  /** Never waits. False: the reader is too slow and the outlet has ended; the subscriber resumes later. */
  send(chunk: Chunk): boolean;
  end(): void;
  /** Resolves when the reader has caught up, where that can be told. */
  drained?(): Promise<void>;
  readonly closed: boolean;
}
