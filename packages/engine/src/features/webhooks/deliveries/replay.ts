import { invalid, isUuid, PlinthError } from "@plinth/core";
import { commit } from "../../../commit/commit.ts";
import { recordOf } from "../../../identity/security-events.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import * as z from "../../../kernel/zod.ts";
import { wakeSender } from "../schedule.ts";
import { requireWebhook } from "../webhooks.ts";
import { deliveryPeriod, periodOf } from "./deliveries.ts";
import { countReplayed, type ReplayedDeliveries, replayDeliveries } from "./repository.ts";

const MOST_IDS = 50;

export const replayWebhookSchema = z.strictObject({
  deliveries: z
    .array(z.string().refine(isUuid, "must be the id of a delivery"))
    .min(1)
    .max(MOST_IDS)
    .optional()
    .describe("These, whether they have arrived or failed"),
  ...deliveryPeriod,
  states: z
    .array(z.enum(["failed", "delivered"]))
    .min(1)
    .default(["failed"])
    .describe("Of the period: those that failed, those that have arrived, or both"),
});

/** Sends finished messages again, under their ids: a receiver that has accepted one knows it. */
export async function replayWebhook(
  ctx: RequestContext,
  id: string,
  input: z.output<typeof replayWebhookSchema>,
): Promise<{ replayed: number }> {
  const webhook = await requireWebhook(ctx, id);
  if (!webhook.enabled) throw new PlinthError("CONFLICT", "The webhook is disabled: enable it first.");
  const which = chosenIn(input);
  const { driver, engine, now } = ctx;
  const replayed = await countReplayed(driver, id, which);
  const detail = { name: webhook.name, replayed };
  const queries = [
    replayDeliveries(driver, id, which, now),
    recordOf(ctx, { type: "webhook_replay", target: `webhook:${id}`, detail }),
  ];
  const answer = await commit(ctx, { queries, data: { replayed } });
  wakeSender(engine);
  return answer;
}

function chosenIn({ deliveries, since, until, states }: z.output<typeof replayWebhookSchema>): ReplayedDeliveries {
  if (deliveries && (since !== undefined || until !== undefined)) {
    throw invalid("deliveries", "goes without since and until");
  }
  if (deliveries) return { ids: deliveries.map((one) => one.toLowerCase()) };
  if (since === undefined) throw invalid("since", "is needed, or deliveries");
  return { ...periodOf({ since, until }), states };
}
