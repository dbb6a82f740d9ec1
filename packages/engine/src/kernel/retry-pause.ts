export interface Pauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * Milliseconds until something is tried again that has failed so often. They double with each attempt, and differ a little,
 * so that not all comes back at once.
 */
export function retryPause(attempts: number, { firstMs, longestMs }: Pauses): number {
  const pause = Math.min(longestMs, firstMs * 2 ** (attempts - 1));
  return Math.round(pause * (0.75 + Math.random() / 2));
}

/** No pause is longer. What waits beyond it was stored before the clock was set back, and is due. */
export function longestPause({ longestMs }: Pauses): number {
  return longestMs * 1.25;
}
