import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import { Rooms } from "../../../kernel/rooms.ts";
import { service } from "../../../kernel/services.ts";
import { claimDeliveries, type WebhookDeliveryRow } from "../deliveries/repository.ts";
import { findWebhooks, listDueWebhooks, type WebhookRow } from "../repository.ts";
import { wakeSender } from "../schedule.ts";
import { TIMEOUT_MS } from "./attempt.ts";
import { deliver, latestDue } from "./deliver.ts";

/** Messages on the way to one receiver from one process. */
const AT_ONCE = 10;
/** The same for one that has just failed. */
const AT_ONCE_FAILING = 1;
/** Receivers that one slice looks at. */
const MOST_WEBHOOKS = 500;
/** Messages that one slice of a host without a lasting process sends: such hosts limit the requests of each. */
const MOST_IN_TICK = 20;
/** Longer than an attempt and its note take; then another process sends the message, because the first one has died. */
const LEASE_MS = 6 * TIMEOUT_MS;
/** How long the end of the process waits for receivers. */
const STOP_MS = 3000;

/** What this process sends at the moment: each receiver has its own room. */
class WebhookSender {
  readonly #rooms: Rooms;

  constructor(private readonly engine: Engine) {
    this.#rooms = new Rooms(engine.clock, LEASE_MS);
  }

  /** Begins to send what is due, up to so many messages. Returns the attempts. */
  async begin(driver: SqlDriver, most = Number.POSITIVE_INFINITY): Promise<Promise<void>[]> {
    const now = this.engine.clock.now();
    const latest = latestDue(now);
    const due = await listDueWebhooks(driver, { now, latest, most: MOST_WEBHOOKS });
    const free = due.filter((id) => this.#rooms.count(id) < AT_ONCE);
    const begun: Promise<void>[] = [];
    for (const webhook of free.length > 0 ? await findWebhooks(driver, free) : []) {
      const room = Math.min(most - begun.length, this.#roomOf(webhook));
      if (room <= 0) continue;
      const claim = { webhookId: webhook.id, now, latest, leaseUntil: now + LEASE_MS, most: room };
      const claimed = await claimDeliveries(driver, claim);
      begun.push(...claimed.map((delivery) => this.#send(driver, webhook, delivery)));
    }
    return begun;
  }

  /** Resolves when all that is on the way has been answered, or after this time. */
  settle(ms: number): Promise<void> {
    return this.#rooms.settle(ms);
  }

  #roomOf({ id, failures }: WebhookRow): number {
    return (failures > 0 ? AT_ONCE_FAILING : AT_ONCE) - this.#rooms.count(id);
  }

  async #send(driver: SqlDriver, webhook: WebhookRow, delivery: WebhookDeliveryRow): Promise<void> {
    const { engine } = this;
    await this.#rooms.run(webhook.id, () =>
      deliver(engine, driver, webhook, delivery).catch((error: unknown) => {
        // Its lease ends, and it is sent again.
        const about = { webhook: webhook.id, delivery: delivery.id, error: String(error) };
        engine.log.warn("it could not be noted what became of a webhook's message", about);
      }),
    );
    wakeSender(engine);
  }
}

const senderOf = service("webhook sender", (engine: Engine) => new WebhookSender(engine));

/** A slice: begins what is due. In a process that lasts it goes on by itself; elsewhere the slice waits for it. */
export async function sendWebhooks(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const sender = senderOf(engine);
  if (engine.scheduler.isLasting) return (await sender.begin(driver)).length > 0;
  const begun = await sender.begin(driver, MOST_IN_TICK);
  await Promise.all(begun);
  return begun.length > 0;
}

/** What is not answered by then is sent again by another process. */
export async function stopSending(engine: Engine): Promise<void> {
  await senderOf.ifMade(engine)?.settle(STOP_MS);
}
