import type { RunnerStatus } from "./runner.ts";
import type { StoreChange } from "./store.ts";

/** What tabs that share a store tell each other. */
export type TabMessage =
  | { readonly kind: "stored"; readonly changes: readonly StoreChange[] }
  /** The store was emptied. */
  | { readonly kind: "cleared" }
  /** How it goes in the tab that leads. */
  | { readonly kind: "status"; readonly status: RunnerStatus }
  /** A new tab asks for the status. */
  | { readonly kind: "hello" }
  | { readonly kind: "retry" };

/** The tabs that have the same replica. One of them leads: it alone talks to the server. */
export interface Tabs {
  /** Fulfilled when this tab leads, which may be never. */
  readonly leads: Promise<void>;
  send(message: TabMessage): void;
  close(): void;
}

/**
 * Without locks between tabs, as in React Native or in a program, there is one "tab", and it leads; without channels,
 * others see what it stores after their next start.
 */
export function joinTabs(name: string, onMessage: (message: TabMessage) => void): Tabs {
  const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(name);
  if (channel) channel.onmessage = ({ data }: MessageEvent<TabMessage>) => onMessage(data);
  // Node and Bun would wait for messages for ever.
  (channel as { unref?: () => void } | undefined)?.unref?.();
  const locks = (globalThis.navigator as { locks?: LockManager } | undefined)?.locks;
  const abort = new AbortController();
  let release: (() => void) | undefined;
  const leads = new Promise<void>((resolve) => {
    if (!locks) {
      resolve();
      return;
    }
    const hold = (): Promise<void> =>
      new Promise((end) => {
        release = end;
        resolve();
      });
    // Aborted: the tab closes before it leads.
    locks.request(name, { signal: abort.signal }, hold).catch(() => undefined);
  });
  return {
    leads,
    send: (message) => channel?.postMessage(message),
    close() {
      abort.abort();
      release?.();
      channel?.close();
    },
  };
}

/** For a store that no other tab has. */
export const ALONE: Tabs = { leads: Promise.resolve(), send: () => undefined, close: () => undefined };
