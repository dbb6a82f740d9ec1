/** Milliseconds since the Unix epoch. */
export interface Clock {
  now(): number;
}

/** Milliseconds since an earlier reading. Without end if the clock was set back since: what waits for it then is due. */
export function elapsed(now: number, since: number): number {
  return since > now ? Number.POSITIVE_INFINITY : now - since;
}
