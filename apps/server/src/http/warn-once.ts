import type { Log } from "@plinth/core";

const WARN_EVERY_MS = 60_000;

/** Refusals come by the thousand: each kind is logged once a minute, and counted in the metrics. */
export function warnOnce(log: Log): (what: string, limit: number) => void {
  const last = new Map<string, number>();
  return (what, limit) => {
    const now = performance.now();
    if (now - (last.get(what) ?? Number.NEGATIVE_INFINITY) < WARN_EVERY_MS) return;
    last.set(what, now);
    log.warn("requests are refused because too many wait", { what, limit });
  };
}
