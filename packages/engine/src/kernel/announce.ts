import type { Bus, Log } from "@plinth/core";

/** The bus topic for wake-ups of a workspace. A wake-up means that its log may have new changes. */
export function changesTopic(workspaceId: string): string {
  return `changes:${workspaceId}`;
}

/** The message of a wake-up after a change of rules, roles or collections. Some buses lose the message. */
export const METADATA_CHANGED = "metadata_changed";
const CHANGED = "";

export interface Announcer {
  /** Announces a change of a workspace. Never fails: a listener that misses it finds the change by polling. */
  announce(workspaceId: string, message?: typeof METADATA_CHANGED): Promise<void>;
}

/** Writes are faster than some buses. While one message is being sent, the next ones are combined into one. */
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
