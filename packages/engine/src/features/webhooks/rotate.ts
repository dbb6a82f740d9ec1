import { PlinthError, uuidv7 } from "@plinth/core";
import { commit } from "../../commit/commit.ts";
import { recordOf } from "../../identity/security-events.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";
import { updateWebhookQueries } from "./repository.ts";
import { secretsIn, type WebhookSecret } from "./settings.ts";
import { publicKeyOf, secretFor } from "./signing.ts";
import { AS_READ, refuseOutrun, requireWebhook } from "./webhooks.ts";

const HOUR_MS = 3_600_000;
const MAX_SECRETS = 5;

export const rotateWebhookSchema = z.strictObject({
  overlap_hours: z
    .number()
    .min(0)
    .max(720)
    .default(24)
    .describe("How long the secrets before it sign, too; 0: they end at once"),
});

/** Makes a new secret. Those before it sign beside it for a while, so that receivers can change theirs in the meantime. */
export async function rotateWebhookSecret(
  ctx: RequestContext,
  id: string,
  { overlap_hours }: z.output<typeof rotateWebhookSchema>,
): Promise<{ id: string; secret?: string; public_key: string | null; secrets: WebhookSecret[] }> {
  const row = await requireWebhook(ctx, id);
  const { engine, driver, now } = ctx;
  const made: WebhookSecret = { id: uuidv7(now), created_at: new Date(now).toISOString(), ends_at: null };
  const end = now + overlap_hours * HOUR_MS;
  const older = secretsIn(row, now).map((secret): WebhookSecret => {
    const until = Math.min(end, secret.ends_at === null ? end : Date.parse(secret.ends_at));
    return { ...secret, ends_at: new Date(until).toISOString() };
  });
  const secrets = secretsIn({ secrets: JSON.stringify([made, ...older]) }, now);
  if (secrets.length > MAX_SECRETS) {
    const message = `${MAX_SECRETS} secrets sign already: wait until one ends, or choose overlap_hours 0.`;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field: "overlap_hours" });
  }
  const change = { secrets: JSON.stringify(secrets), updatedAt: now };
  const detail = { name: row.name, overlap_hours };
  const queries = [
    ...updateWebhookQueries(driver, row, { change, basis: ["secrets"] }, AS_READ),
    recordOf(ctx, { type: "webhook_secret_rotate", target: `webhook:${id}`, detail }),
  ];
  const key = { public_key: await publicKeyOf(engine, row, made.id), ...(await secretFor(engine, row, made.id)) };
  const data = { id: made.id, ...key, secrets };
  return commit(ctx, { queries, data, secret: true }).catch(refuseOutrun(ctx, id));
}
