import type { Engine } from "../../kernel/engine.ts";

/** The schedule that sends. */
export const WEBHOOKS_SCHEDULE = "webhooks";

/** The schedule that deletes. */
export const WEBHOOKS_RETENTION = "webhooks-retention";

/** Has messages sent soon. Elsewhere than in a process that lasts, no request waits for receivers: ticks send. */
export function wakeSender({ scheduler }: Engine): void {
  if (scheduler.isLasting) scheduler.wake(WEBHOOKS_SCHEDULE);
}
