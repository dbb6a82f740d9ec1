/** A signal that aborts with the first of these. `AbortSignal.any` is not everywhere: Vercel's edge has none. */
export function anySignal(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  const ending = new AbortController();
  for (const signal of signals) {
    if (signal?.aborted) ending.abort(signal.reason);
    signal?.addEventListener("abort", () => ending.abort(signal.reason), { once: true, signal: ending.signal });
  }
  return ending.signal;
}
