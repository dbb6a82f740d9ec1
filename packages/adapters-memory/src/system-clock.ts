import type { Clock } from "@plinth/core";

/** The host's own clock. On deployed Workers it stands still while a request computes. */
export const systemClock: Clock = { now: () => Date.now() };
