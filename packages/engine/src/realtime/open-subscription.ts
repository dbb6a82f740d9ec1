import type { Principal, PrincipalKind } from "@plinth/core";

/** What a subscription follows. A socket is one itself, beside those that it carries. */
export const SUBSCRIPTION_KINDS = ["items", "live", "sync", "channel", "presence", "schema", "socket"] as const;

export type SubscriptionKind = (typeof SUBSCRIPTION_KINDS)[number];

export interface SubscriptionTopic {
  readonly kind: SubscriptionKind;
  /** The collections, by slug and separated by commas, or the channel. Null where there is neither. */
  readonly name: string | null;
}

/** A subscription, for those who look into the server. */
export interface OpenSubscription extends SubscriptionTopic {
  readonly workspaceId: string;
  /** The id is null for callers without credentials. */
  readonly caller: { readonly kind: PrincipalKind; readonly id: string | null };
  /** In milliseconds since the Unix epoch. */
  readonly since: number;
  readonly behind: boolean;
}

export function openSubscription(
  topic: SubscriptionTopic,
  { kind, id, workspaceId }: Principal,
  state: Pick<OpenSubscription, "since" | "behind">,
): OpenSubscription {
  return { ...topic, workspaceId, caller: { kind, id: id ?? null }, ...state };
}
