import { afterAnswer } from "../kernel/after-answer.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { service } from "../kernel/services.ts";

/** The schedule that looks at triggers. */
export const TRIGGERS_SCHEDULE = "schedules";

/** The moment at which the process next looks, if it is soon. */
const timer = service("trigger timer", (_: Engine) => ({ stop: () => {} }));

/** Has a process that lasts look at triggers at this time, and not only within a second of it. */
export function wakeAt(engine: Engine, at: number): void {
  const own = timer(engine);
  own.stop();
  const set = setTimeout(() => engine.scheduler.wake(TRIGGERS_SCHEDULE), Math.max(0, at - engine.clock.now()));
  // It must not keep a process alive.
  (set as { unref?(): void }).unref?.();
  own.stop = () => clearTimeout(set);
}

/** After triggers were stored or changed: a host that keeps no process is woken when one is due. */
export function announceTriggers(ctx: RequestContext): Promise<void> {
  const { engine, driver } = ctx;
  return afterAnswer(ctx, engine.scheduler.setAlarm(engine, driver));
}

export async function stopTriggers(engine: Engine): Promise<void> {
  timer(engine).stop();
}
