/** Whether a condition held at no moment of a period (0), at some or possibly none (1), or at every moment (2). */
export type Tristate = 0 | 1 | 2;
export const [NEVER, MAYBE, ALWAYS] = [0, 1, 2] as const;

/** Whether one of several items satisfied a condition, from each item's results. */
export function overall(results: readonly Tristate[], gap: boolean | undefined): Tristate {
  if (!gap && results.length > 0 && results.every((result) => result === ALWAYS)) return ALWAYS;
  return results.some((result) => result !== NEVER) ? MAYBE : NEVER;
}

export function least(results: readonly Tristate[]): Tristate {
  return Math.min(ALWAYS, ...results) as Tristate;
}

export function most(results: readonly Tristate[]): Tristate {
  return Math.max(NEVER, ...results) as Tristate;
}
