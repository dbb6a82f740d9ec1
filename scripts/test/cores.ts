import { cpus } from "node:os";

/** What the machine's cores have done since it started, all together, in milliseconds; also for processes that nobody waited for. */
export interface CoreTimes {
  readonly busy: number;
  readonly all: number;
}

export function coreTimes(): CoreTimes {
  const times = cpus().map((core) => core.times);
  const idle = times.reduce((sum, time) => sum + time.idle, 0);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { busy: all - idle, all };
}

/** From 0 to 1: how busy the cores were in between. */
export function usedShare(from: CoreTimes, to: CoreTimes): number {
  return to.all > from.all ? (to.busy - from.busy) / (to.all - from.all) : 1;
}

/** Long enough that a job that has just started does something. */
const LOOK_MS = 5000;
/** Of two cores, more than half of one has nothing to do. */
const MOST_USED = 0.7;

/** Resolves as soon as the cores have been idle enough for one more job. Keeps no process alive. */
export async function whenIdle(read = coreTimes, lookMs = LOOK_MS): Promise<void> {
  for (let from = read(); ; ) {
    await new Promise<void>((resolve) => void setTimeout(resolve, lookMs).unref());
    const to = read();
    if (usedShare(from, to) < MOST_USED) return;
    from = to;
  }
}
