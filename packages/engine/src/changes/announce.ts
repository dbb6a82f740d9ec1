import type { Bus, Log } from "@plinth/core";

/** Where wake-ups of a workspace are heard. They say nothing but that its log is worth a look. */
export function changesTopic(workspaceId: string): string {
  return `changes:${workspaceId}`;
}

export interface Announcer {
  /** Tells that a workspace has changed. Never fails: whoever misses it finds out by polling. */
  announce(workspaceId: string): Promise<void>;
}

/** Writes come faster than some buses take messages, so while one is on its way the next ones wait as one. */
export function announcer(bus: Bus, log: Log): Announcer {
  const sending = new Map<string, { again: boolean; done: Promise<void> }>();

  async function send(workspaceId: string): Promise<void> {
    try {
      do {
        const state = sending.get(workspaceId);
        if (state) state.again = false;
        await bus.publish(changesTopic(workspaceId), "");
      } while (sending.get(workspaceId)?.again);
    } catch (error) {
      log.warn("a wake-up could not be sent", { bus: bus.name, error: String(error) });
    } finally {
      sending.delete(workspaceId);
    }
  }

  return {
    announce(workspaceId) {
      if (bus.lifetime === "request") return send(workspaceId);
      const state = sending.get(workspaceId);
      if (state) {
        state.again = true;
        return state.done;
      }
      const made = { again: false, done: Promise.resolve() };
      sending.set(workspaceId, made);
      made.done = send(workspaceId);
      return made.done;
    },
  };
}
