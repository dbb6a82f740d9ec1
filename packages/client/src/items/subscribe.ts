import type { JsonObject } from "@plinth/core";
import { follow } from "../follow.ts";
import { requireKnown } from "../known-options.ts";
import type { Message, Transport } from "../transport.ts";
import { type PlinthClientError, type Subscription, WATCHER_OPTIONS, type Watcher } from "../types.ts";

/**
 * `enter`: the item became visible, because it was created or now matches the rule and the filter. `leave`: it is no
 * longer visible. `reset`: too much has changed (a rule, or many items at once): read again. `gone`: missed changes are
 * no longer in the log: read again.
 */
export type ItemEvent<T = JsonObject> =
  | { readonly event: "enter" | "update"; readonly id: string; readonly data: T; readonly position: string }
  | { readonly event: "leave"; readonly id: string; readonly position: string }
  | { readonly event: "ready" | "reset" | "gone"; readonly position: string };

export type ItemHandler<T = JsonObject> = (event: ItemEvent<T>) => void;

export interface ItemOptions<F = JsonObject> extends Watcher {
  filter?: F | undefined;
  /** A position from an earlier subscription. */
  after?: string | undefined;
}

const ITEM_OPTIONS: readonly (keyof ItemOptions)[] = ["filter", "after", ...WATCHER_OPTIONS];

export function followItems<T>(
  transport: Transport,
  slug: string,
  options: ItemOptions,
  handler: ItemHandler<T>,
): Subscription {
  requireKnown(options, ITEM_OPTIONS, "subscribe");
  const { filter, after, ...watcher } = options;
  let position = after;
  let ready = false;
  return follow(transport, {
    ...watcher,
    request: () => ({
      path: `api/realtime/items/${encodeURIComponent(slug)}`,
      query: { filter: filter && JSON.stringify(filter) },
      after: position,
    }),
    take(message: Message, id) {
      position = id ?? position;
      if (message.event === "position") {
        // A poll has no separate message for this.
        if (!ready && position !== undefined) handler({ event: "ready", position });
        ready ||= position !== undefined;
        return true;
      }
      // Only once: after a reconnect nothing has to be read again.
      if (message.event === "ready" && ready) return true;
      ready = true;
      // The stream's own position, where there is one: it can be resumed from.
      handler({ ...message, ...(id !== undefined && { position: id }) } as unknown as ItemEvent<T>);
      return true;
    },
    recover(error: PlinthClientError) {
      // The polling form of `gone`.
      if (error.status !== 410) return false;
      position = typeof error.details?.next === "string" ? error.details.next : undefined;
      handler({ event: "gone", position: position ?? "" });
      return true;
    },
  });
}
