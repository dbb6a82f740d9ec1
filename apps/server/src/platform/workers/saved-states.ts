import type { AcceptedSocket, ObjectStateLike } from "@plinth/adapters-cloudflare";
import type { JsonObject } from "@plinth/core";

/** What the runtime stores with a socket: its state as JSON, here or in storage, or neither when it is outdated. */
interface SavedState {
  readonly id: string;
  readonly state?: string;
  readonly stored?: true;
}

const PREFIX = "socket:";

/** The states of sockets while the object hibernates: attached to them, or in its storage if longer than 16 KiB. */
export class SavedStates {
  /** As last read or written. */
  readonly #attached = new WeakMap<AcceptedSocket, SavedState>();

  constructor(private readonly object: ObjectStateLike) {}

  keep(socket: AcceptedSocket, value: JsonObject): void {
    const { kv } = this.object.storage;
    const before = this.#attachment(socket);
    const id = before?.id ?? crypto.randomUUID();
    const state = JSON.stringify(value);
    try {
      this.#attach(socket, { id, state });
      if (before?.stored) kv.delete(PREFIX + id);
    } catch {
      kv.put(PREFIX + id, state);
      this.#attach(socket, { id, stored: true });
    }
  }

  /** Marks the saved state as outdated. */
  outdate(socket: AcceptedSocket): void {
    const before = this.#attachment(socket);
    if (!before) return;
    this.#attach(socket, { id: before.id });
    if (before.stored) this.object.storage.kv.delete(PREFIX + before.id);
  }

  /** Undefined: there is no valid saved state. */
  read(socket: AcceptedSocket): JsonObject | undefined {
    const saved = this.#attachment(socket);
    const text = saved?.stored ? this.object.storage.kv.get(PREFIX + saved.id) : saved?.state;
    return typeof text === "string" ? (JSON.parse(text) as JsonObject) : undefined;
  }

  /** The socket is closed. */
  forget(socket: AcceptedSocket): void {
    const saved = this.#attachment(socket);
    if (saved?.stored) this.object.storage.kv.delete(PREFIX + saved.id);
  }

  /** Deletes the states of all other sockets: a deployment ends sockets without an event. */
  sweep(sockets: readonly AcceptedSocket[]): void {
    const { kv } = this.object.storage;
    const stored = [...kv.list({ prefix: PREFIX })];
    if (stored.length === 0) return;
    const ids = new Set(sockets.map((socket) => PREFIX + this.#attachment(socket)?.id));
    for (const [key] of stored) if (!ids.has(key)) kv.delete(key);
  }

  #attachment(socket: AcceptedSocket): SavedState | undefined {
    const known = this.#attached.get(socket);
    if (known) return known;
    const saved = socket.deserializeAttachment() as SavedState | null;
    if (saved) this.#attached.set(socket, saved);
    return saved ?? undefined;
  }

  /** Throws if it is too long. */
  #attach(socket: AcceptedSocket, attachment: SavedState): void {
    socket.serializeAttachment(attachment);
    this.#attached.set(socket, attachment);
  }
}
