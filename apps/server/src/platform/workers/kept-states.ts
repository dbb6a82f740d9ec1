import type { AcceptedSocket, ObjectStateLike } from "@plinth/adapters-cloudflare";
import type { JsonObject } from "@plinth/core";

/** What the runtime keeps with a socket: its state as JSON, or where that is too long, the name under which it is stored. */
type Attachment = { readonly id: string; readonly state?: string };

const PREFIX = "socket:";

/** The states of sockets while the object is away: attached to them, or in its storage where they are longer than 16 KiB. */
export class KeptStates {
  constructor(private readonly object: ObjectStateLike) {}

  keep(socket: AcceptedSocket, state: JsonObject): void {
    const { storage } = this.object;
    const before = socket.deserializeAttachment() as Attachment | null;
    const id = before?.id ?? crypto.randomUUID();
    const text = JSON.stringify(state);
    if (before?.state === text) return;
    const wasStored = before !== null && before.state === undefined;
    try {
      socket.serializeAttachment({ id, state: text } satisfies Attachment);
      if (wasStored) storage.kv.delete(PREFIX + id);
    } catch {
      storage.kv.put(PREFIX + id, text);
      if (!wasStored) socket.serializeAttachment({ id } satisfies Attachment);
    }
  }

  /** Undefined: nothing was kept of it. */
  read(socket: AcceptedSocket): JsonObject | undefined {
    const kept = socket.deserializeAttachment() as Attachment | null;
    const text = kept && (kept.state ?? this.object.storage.kv.get(PREFIX + kept.id));
    return typeof text === "string" ? (JSON.parse(text) as JsonObject) : undefined;
  }

  forget(socket: AcceptedSocket): void {
    const kept = socket.deserializeAttachment() as Attachment | null;
    if (kept && kept.state === undefined) this.object.storage.kv.delete(PREFIX + kept.id);
  }

  /** Takes away what belongs to none of these: a deployment ends sockets without a word. */
  sweep(sockets: readonly AcceptedSocket[]): void {
    const ids = new Set(sockets.map((socket) => PREFIX + (socket.deserializeAttachment() as Attachment | null)?.id));
    const { kv } = this.object.storage;
    for (const [key] of [...kv.list({ prefix: PREFIX })]) if (!ids.has(key)) kv.delete(key);
  }
}
