/**
 * Milliseconds until something is tried again that has failed so often. They double with each attempt, and differ a little,
 * so that not all comes back at once.
 */
export function retryPause(attempts: number, { firstMs, longestMs }: { firstMs: number; longestMs: number }): number {
  const pause = Math.min(longestMs, firstMs * 2 ** (attempts - 1));
  return Math.round(pause * (0.75 + Math.random() / 2));
}
