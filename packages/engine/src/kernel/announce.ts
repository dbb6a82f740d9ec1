import type { Bus, Log } from "@plinth/core";

/** The bus topic for wake-ups of a workspace. A wake-up means that its log may have new changes. */
export function changesTopic(workspaceId: string): string {
  return `changes:${workspaceId}`;
}

/** The message of a wake-up after a change of rules, roles or collections. Some buses lose the message. */
export const METADATA_CHANGED = "metadata_changed";
const CHANGED = "";

export interface Announcer {
  /**
   * Announces a change of a workspace; resolves when a message that began after the call is sent, whatever others announce meanwhile. Never fails: a
   * listener that misses it finds the change by polling.
   */
  announce(workspaceId: string, message?: typeof METADATA_CHANGED): Promise<void>;
}

/** What is being sent for a workspace, and what follows it. */
interface Sending {
  readonly done: Promise<void>;
  next: string;
  nextDone: Promise<void> | undefined;
}

/** Writes are faster than some buses. While one message is being sent, the next ones are combined into one. */
export function announcer(bus: Bus, log: Log): Announcer {
  const sending = new Map<string, Sending>();

  async function publish(workspaceId: string, message: string): Promise<void> {
    try {
      await bus.publish(changesTopic(workspaceId), message);
    } catch (error) {
      log.warn("a wake-up could not be sent", { bus: bus.name, error });
    }
  }

  function begin(workspaceId: string, message: string): Promise<void> {
    const done = publish(workspaceId, message).then(() => {
      if (!state.nextDone) sending.delete(workspaceId);
    });
    const state: Sending = { done, next: CHANGED, nextDone: undefined };
    sending.set(workspaceId, state);
    return done;
  }

  return {
    announce(workspaceId, message: string = CHANGED) {
      if (bus.lifetime === "request") return publish(workspaceId, message);
      const state = sending.get(workspaceId);
      if (!state) return begin(workspaceId, message);
      state.next ||= message;
      state.nextDone ??= state.done.then(() => begin(workspaceId, state.next));
      return state.nextDone;
    },
  };
}
