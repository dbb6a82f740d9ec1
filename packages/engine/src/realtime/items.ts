import { callerKey, type Json } from "@plinth/core";
import { roleKey } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import type { Connection } from "./encoded-batch.ts";
import type { Grant } from "./grant.ts";
import { groupOf, type SubscriberGroup } from "./group.ts";
import { itemMapper } from "./item-mapper.ts";
import { join } from "./join.ts";
import { signatureOf } from "./position-signature.ts";
import { requirePosition } from "./sealed-positions.ts";
import { visibilityOf } from "./visibility.ts";
import type { WorkspaceSubscribers } from "./workspace-subscribers.ts";

/** The item channel: one collection's changes as each subscriber sees them. */

export interface ItemsRequest {
  readonly slug: string;
  readonly filter?: Json | undefined;
  /** Resume after this position. */
  readonly after?: string | undefined;
}

/** Throws what a read would throw. After this check, a refusal is sent on the connection, and the connection ends. */
export function checkItems(ctx: RequestContext, request: ItemsRequest): void {
  requirePosition(ctx, request.after);
  visibilityOf(ctx, request.slug, request.filter);
}

export async function subscribeItems(
  subscribers: WorkspaceSubscribers,
  ctx: RequestContext,
  grant: Grant,
  request: ItemsRequest,
  connection: Connection,
): Promise<void> {
  const { slug, filter, after } = request;
  const topic = { kind: "items", name: slug } as const;
  const group = (now: RequestContext) => groupFor(subscribers, now, slug, filter);
  await join(subscribers, { topic, ctx, grant, connection, after, group });
}

function groupFor(
  subscribers: WorkspaceSubscribers,
  ctx: RequestContext,
  slug: string,
  filter: Json | undefined,
): SubscriberGroup {
  const visibility = visibilityOf(ctx, slug, filter);
  const { principal } = ctx;
  const who = visibility.personal ? callerKey(principal) : "";
  const key = JSON.stringify([
    "items",
    roleKey(principal),
    who,
    visibility.fingerprint,
    visibility.collection.id,
    filter ?? null,
  ]);
  return groupOf(subscribers, subscribers.tail, key, () => ({
    ...itemMapper(ctx, visibility, subscribers.options.reader),
    signature: signatureOf(subscribers, visibility.fingerprint),
  }));
}
