import type { ChangeReader, Place, SqlDriver } from "@plinth/core";
import type { Engine } from "../engine.ts";
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
}

/** All that listens on this process, by workspace. */
export class Hub {
  readonly #rooms = new Map<string, Room>();

  constructor(readonly options: HubOptions) {}

  /** The workspace's room, with its feed running. */
  async room(workspaceId: string): Promise<Room> {
    let room = this.#rooms.get(workspaceId);
    if (!room) {
      const made = new Room(workspaceId, this.options, () => {
        if (this.#rooms.get(workspaceId) === made) this.#rooms.delete(workspaceId);
      });
      room = made;
      this.#rooms.set(workspaceId, room);
    }
    try {
      await room.feed.start();
    } catch (error) {
      this.#rooms.delete(workspaceId);
      throw error;
    }
    return room;
  }

  /** Subscribers in all rooms. */
  get size(): number {
    return [...this.#rooms.values()].reduce((sum, room) => sum + room.size, 0);
  }

  async close(): Promise<void> {
    const rooms = [...this.#rooms.values()];
    this.#rooms.clear();
    await Promise.all(rooms.map((room) => room.close()));
  }
}
