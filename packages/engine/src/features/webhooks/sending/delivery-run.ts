import type { SqlDriver, SqlQuery } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import { traceOfRequest } from "../../../kernel/trace.ts";
import { type EndedRun, type RunTrigger, runQuery } from "../../../runs/index.ts";
import type { DeliveryTry } from "../deliveries/delivery-try.ts";
import { deliveryProof, type WebhookDeliveryRow } from "../deliveries/repository.ts";
import type { WebhookRow } from "../repository.ts";

interface SentDelivery {
  readonly webhook: WebhookRow;
  readonly delivery: WebhookDeliveryRow;
  readonly made: DeliveryTry;
}

/** The statement that stores the attempt to send a message, while no other process has claimed it. What was sent is in the delivery. */
export function deliveryRun(engine: Engine, driver: SqlDriver, sent: SentDelivery): SqlQuery {
  const { workspaceId, requestId } = sent.delivery;
  const ctx = { engine, driver, workspaceId, requestId, parent: traceOfRequest(requestId) };
  return runQuery(ctx, runOfDelivery(sent, "change"), deliveryProof(sent.delivery));
}

export function runOfDelivery({ webhook, delivery, made }: SentDelivery, trigger: RunTrigger): EndedRun {
  const { status, error, at, duration_ms: ms } = made;
  return {
    ...{ kind: "webhook", name: webhook.name, trigger, item: delivery.item, startedAt: Date.parse(at), ms },
    ...{ status: error === null ? "succeeded" : "failed", error: error === null ? undefined : { message: error } },
    attributes: {
      ...{ "webhook.id": webhook.id, "webhook.delivery": delivery.id, "webhook.event": delivery.type },
      "webhook.attempt": delivery.attempts,
      ...(status !== null && { "http.response.status_code": status }),
    },
  };
}
