import type { Bus, Log } from "@plinth/core";

/** Where wake-ups of a workspace are heard. They say that its log is worth a look. */
export function changesTopic(workspaceId: string): string {
  return `changes:${workspaceId}`;
}

/** The text of a wake-up after which rules, roles or collections are worth a look as well. Some buses lose it. */
export const METADATA_CHANGED = "revised";
const CHANGED = "";

export interface Announcer {
  /** Tells that a workspace has changed. Never fails: whoever misses it finds out by polling. */
  announce(workspaceId: string, message?: typeof METADATA_CHANGED): Promise<void>;
}

/** Writes come faster than some buses take messages, so while one is on its way the next ones wait as one. */
export function announcer(bus: Bus, log: Log): Announcer {
  const sending = new Map<string, { next: string | undefined; done: Promise<void> }>();

  async function send(workspaceId: string, first: string): Promise<void> {
    try {
      for (let message: string | undefined = first; message !== undefined; ) {
        await bus.publish(changesTopic(workspaceId), message);
        const state = sending.get(workspaceId);
        message = state?.next;
        if (state) state.next = undefined;
      }
    } catch (error) {
      log.warn("a wake-up could not be sent", { bus: bus.name, error });
    } finally {
      sending.delete(workspaceId);
    }
  }

  return {
    announce(workspaceId, message: string = CHANGED) {
      if (bus.lifetime === "request") return send(workspaceId, message);
      const state = sending.get(workspaceId);
      if (state) {
        state.next ||= message;
        return state.done;
      }
      const made = { next: undefined, done: Promise.resolve() };
      sending.set(workspaceId, made);
      made.done = send(workspaceId, message);
      return made.done;
    },
  };
}
