import type { PoolSettings } from "./auth.ts";

const HOUR_MS = 3_600_000;

interface SessionTimes {
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly expiresAt: Date;
}

/** How long sessions last. */
export interface Lifetime {
  /** After the last use. */
  readonly idleMs: number;
  /** Use is recorded, and prolongs the session, at most this often. */
  readonly renewMs: number;
  /** The end that was meant, or an earlier one: no session outlives its longest time, however much it is used. */
  end(createdAt: Date, meant: Date): Date;
  /** Whether this use of a session is to be recorded. */
  isDue(session: SessionTimes, now: number): boolean;
}

export function lifetimeOf(settings: Pick<PoolSettings, "sessionIdleHours" | "sessionMaxHours">): Lifetime {
  const maxMs = settings.sessionMaxHours * HOUR_MS;
  const idleMs = Math.min(settings.sessionIdleHours * HOUR_MS, maxMs);
  const renewMs = Math.min(HOUR_MS, idleMs / 4);
  return {
    idleMs,
    renewMs,
    end: (createdAt, meant) => new Date(Math.min(meant.getTime(), createdAt.getTime() + maxMs)),
    isDue({ createdAt, updatedAt, expiresAt }, now) {
      const last = expiresAt.getTime() >= createdAt.getTime() + maxMs;
      // A session for one day only ("do not remember me") is never prolonged.
      const whole = expiresAt.getTime() - updatedAt.getTime() > idleMs - 60_000;
      return (whole || last) && now - updatedAt.getTime() >= renewMs;
    },
  };
}
