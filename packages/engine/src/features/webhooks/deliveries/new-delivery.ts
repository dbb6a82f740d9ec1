import { uuidv7 } from "@plinth/core";
import type { WebhookRow } from "../repository.ts";
import type { WebhookDeliveryRow } from "./repository.ts";

interface Told extends Pick<WebhookDeliveryRow, "type" | "body"> {
  /** The change that it tells of. */
  readonly of?: Pick<WebhookDeliveryRow, "collectionId" | "item" | "xid" | "seq" | "requestId">;
}

/** A message that waits to be sent. */
export function newDelivery(
  { id: webhookId, workspaceId, ordered }: Pick<WebhookRow, "id" | "workspaceId" | "ordered">,
  { type, body, of = NOTHING }: Told,
  now: number,
): WebhookDeliveryRow {
  return {
    ...{ id: uuidv7(now), workspaceId, webhookId, type, body, ...of },
    orderKey: ordered && of.item !== null ? `${webhookId}/${of.collectionId}/${of.item}` : null,
    ...{ state: "pending", attempts: 0, dueAt: now, since: now, error: null, tries: "[]", createdAt: now },
    ...{ finishedAt: null, size: body.length },
  };
}

const NOTHING = { collectionId: null, item: null, xid: null, seq: null, requestId: null };
