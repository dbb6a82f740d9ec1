import type { LimitKind } from "@plinth/core/sandbox";

/** What the interpreter threw at the host: nothing in it can be used any more. */
export function trapKind(error: unknown, isOutOfFuel: boolean): LimitKind {
  if (isOutOfFuel) return "cpu_time";
  const text = String(error);
  if (/call stack|stack overflow|too much recursion/i.test(text)) return "stack";
  return /memory|grow/i.test(text) ? "memory" : "crash";
}
