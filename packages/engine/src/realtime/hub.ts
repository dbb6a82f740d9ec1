import { type ChangeReader, type Place, PlinthError, type SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { parseMark, type Resumption } from "./chunk.ts";
import type { FeedOptions } from "./feed.ts";
import { Room } from "./room.ts";

export interface HubOptions {
  readonly engine: Engine;
  /** One that serves the whole process. */
  readonly driver: SqlDriver;
  readonly reader: ChangeReader;
  readonly comparePlaces: (a: Place, b: Place) => number;
  readonly wakeups: FeedOptions["wakeups"];
  readonly pollMs: number;
  /** How long changes are gathered before a live query's next result goes out. */
  readonly gatherMs?: number;
  /** Rows kept beyond a live query's window, so that what leaves it is followed up without reading. */
  readonly spareRows?: number;
}

/** What live queries have cost since the hub began. */
export interface LiveFigures {
  /** Results that were read from the database. */
  reads: number;
  /** Readings of only those rows that had come to lack at a window's end. */
  refills: number;
  /** Whole results and differences that were made, however many subscribers got them. */
  snapshots: number;
  diffs: number;
}

/** From where a room's feed has to start for these to miss nothing; undefined where that is not known. */
export function restingPlace(
  resumptions: Iterable<Resumption>,
  comparePlaces: HubOptions["comparePlaces"],
): Place | undefined {
  let first: Place | undefined;
  for (const { mark } of resumptions) {
    const { rested } = parseMark(mark);
    if (rested !== undefined && (first === undefined || comparePlaces(rested, first) < 0)) first = rested;
  }
  return first;
}

/** All that listens on this process, by workspace. */
export class Hub {
  readonly #rooms = new Map<string, Room>();
  #closed = false;
  #taken = 0;
  readonly figures: LiveFigures = { reads: 0, refills: 0, snapshots: 0, diffs: 0 };

  constructor(readonly options: HubOptions) {}

  /** The workspace's room, with its feed running: from the log's end, or from where those stood who are resumed. */
  async room(workspaceId: string, from?: Place): Promise<Room> {
    if (this.#closed) throw new PlinthError("UNAVAILABLE", "The server is stopping; reconnect in a moment.");
    let room = this.#rooms.get(workspaceId);
    if (!room) {
      const made = new Room(workspaceId, this.options, this.figures, () => {
        if (this.#rooms.get(workspaceId) === made) this.#rooms.delete(workspaceId);
      });
      room = made;
      this.#rooms.set(workspaceId, room);
    }
    try {
      await room.feed.start(from);
    } catch (error) {
      room.feed.stop();
      // Another one may have taken its place by now.
      if (this.#rooms.get(workspaceId) === room) this.#rooms.delete(workspaceId);
      throw error;
    }
    return room;
  }

  /**
   * Takes one of the places that there are for streams and sockets; throws where all are taken. Nothing is waited for, so
   * that no two take the last one. Gives what gives it back, once.
   */
  reserve(): () => void {
    const { maxStreams } = this.options.engine.config;
    if (this.#taken >= maxStreams) {
      throw new PlinthError(
        "UNAVAILABLE",
        `This server already serves ${maxStreams} streams, its limit; try again later.`,
      );
    }
    this.#taken++;
    let held = true;
    return () => {
      if (held) this.#taken--;
      held = false;
    };
  }

  /** Subscribers in all rooms. */
  get size(): number {
    return [...this.#rooms.values()].reduce((sum, room) => sum + room.size, 0);
  }

  /** All that is known to be there has been told to everybody. */
  get atRest(): boolean {
    return [...this.#rooms.values()].every((room) => room.atRest);
  }

  /** Ends all, and lets nobody in any more. */
  async close(): Promise<void> {
    this.#closed = true;
    const rooms = [...this.#rooms.values()];
    this.#rooms.clear();
    await Promise.all(rooms.map((room) => room.close()));
  }

  /** Stops, and ends no subscriber: each has been told where it stands, to be resumed from there. */
  suspend(): void {
    for (const room of this.#rooms.values()) room.suspend();
    this.#rooms.clear();
  }
}
