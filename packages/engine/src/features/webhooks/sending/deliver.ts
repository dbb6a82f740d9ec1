import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import { longestPause, retryPause } from "../../../kernel/retry-pause.ts";
import { untilNoted } from "../../../kernel/until-noted.ts";
import type { DeliveryTry } from "../deliveries/delivery-try.ts";
import { finishDelivery, type WebhookDeliveryRow } from "../deliveries/repository.ts";
import { disableWebhook } from "../disable.ts";
import { clearWebhookFailures, noteWebhookFailure, type WebhookRow } from "../repository.ts";
import { attemptDelivery, type DeliveryAttempt } from "./attempt.ts";
import { deliveryRun } from "./delivery-run.ts";

const HOUR_MS = 3_600_000;
/** Of one message. */
const PAUSES = { firstMs: 5000, longestMs: 4 * HOUR_MS };
/** Of a receiver that has accepted nothing in several rounds. */
const ENDPOINT_PAUSES = { firstMs: 5000, longestMs: HOUR_MS / 4 };
/** One message that fails among others that arrive does not hold those up. */
const PAUSED_AFTER_ROUNDS = 2;
/** For so long a message is tried. */
const TRIED_MS = 72 * HOUR_MS;
/** A receiver that has accepted nothing for so long is not asked any more. */
const DISABLED_AFTER_MS = 120 * HOUR_MS;
/** What waits is tried more often. With nothing tried for so long, a failure is the first of others than those before. */
const ANEW_AFTER_MS = 24 * HOUR_MS;
const GONE_STATUS = 410;
const KEPT_TRIES = 10;

/** No time in the database is later, but one of before the clock was set back. */
export const latestDue = (now: number): number => now + longestPause(PAUSES);

/** Sends a claimed message, and notes what became of it. */
export async function deliver(
  engine: Engine,
  driver: SqlDriver,
  webhook: WebhookRow,
  delivery: WebhookDeliveryRow,
): Promise<void> {
  const attempt = await attemptDelivery(engine, webhook, delivery);
  const { made } = attempt;
  const tries = triesWith(delivery, made);
  const now = engine.clock.now();
  const run = [deliveryRun(engine, driver, { webhook, delivery, made })];
  if (made.error === null) {
    await untilNoted(() => finishDelivery(driver, delivery, { state: "delivered", tries, finishedAt: now }, run));
    if (webhook.failures > 0) await clearWebhookFailures(driver, webhook);
    return;
  }
  const isOver = attempt.isFinal || now - delivery.since >= TRIED_MS;
  const failed = { state: "failed", tries, error: made.error, finishedAt: now };
  const result = isOver ? failed : { tries, dueAt: now + pauseOf(delivery, attempt) };
  await untilNoted(() => finishDelivery(driver, delivery, result, run));
  // That says nothing of the receiver.
  if (attempt.isFinal) return;
  const isAnew = now - webhook.pausedUntil > ANEW_AFTER_MS;
  const failingSince = isAnew ? null : webhook.failingSince;
  await noteWebhookFailure(driver, webhook, { now, pausedUntil: pausedUntil(webhook, now), isAnew });
  const reason = reasonToDisable(failingSince, made, now);
  if (reason !== undefined) await disableWebhook(engine, driver, webhook, { reason, url: webhook.url });
}

/** The latest attempts of a message with one more. */
export function triesWith({ tries }: Pick<WebhookDeliveryRow, "tries">, made: DeliveryTry): string {
  return JSON.stringify([...(JSON.parse(tries) as DeliveryTry[]), made].slice(-KEPT_TRIES));
}

function pauseOf({ attempts }: WebhookDeliveryRow, { retryAfterMs = 0 }: DeliveryAttempt): number {
  return Math.max(retryPause(attempts, PAUSES), Math.min(retryAfterMs, HOUR_MS));
}

function pausedUntil({ failures }: WebhookRow, now: number): number {
  const rounds = failures + 1 - PAUSED_AFTER_ROUNDS;
  return rounds < 0 ? 0 : now + retryPause(rounds + 1, ENDPOINT_PAUSES);
}

function reasonToDisable(failingSince: number | null, { status }: DeliveryTry, now: number): string | undefined {
  if (status === GONE_STATUS) return "the receiver answers that it is gone (410)";
  if (failingSince === null || now - failingSince < DISABLED_AFTER_MS) return undefined;
  return `no message has arrived since ${new Date(failingSince).toISOString()}`;
}
