import type { AuthEvent } from "./types.ts";

/** Tells the other tabs that share a storage what has happened to the session. */
export interface TabChannel {
  send(event: AuthEvent): void;
  /** Hears the others, until the answer is called. */
  listen(handler: (event: AuthEvent) => void): () => void;
}

/** Silent where there are no channels between tabs, as in React Native. */
export function tabChannel(name: string): TabChannel {
  const open = (): BroadcastChannel | undefined =>
    typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(name);
  let listening: BroadcastChannel | undefined;
  return {
    send(event) {
      // A channel does not hear itself.
      const channel = listening ?? open();
      channel?.postMessage(event);
      if (channel !== listening) channel?.close();
    },
    listen(handler) {
      const channel = open();
      listening = channel;
      if (channel) channel.onmessage = ({ data }: MessageEvent<AuthEvent>) => handler(data);
      // Node and Bun would wait for messages for ever.
      (channel as { unref?: () => void } | undefined)?.unref?.();
      return () => {
        channel?.close();
        listening = undefined;
      };
    },
  };
}

export const NO_TABS: TabChannel = { send: () => undefined, listen: () => () => undefined };
