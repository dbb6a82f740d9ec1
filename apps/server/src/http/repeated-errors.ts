import { dataErrorOf } from "@plinth/core";

/** An error that repeats is logged once for so long, with the number of its repetitions. */
const WINDOW_MS = 10_000;
const MAX_KINDS = 100;

/** A full disk fails every request: their stacks would fill what is left of it. */
export class RepeatedErrors {
  readonly #seen = new Map<string, { until: number; repeated: number }>();

  /** Undefined: it was logged a moment ago. Otherwise the number of equal errors that were not logged since. */
  take(error: unknown, now = performance.now()): number | undefined {
    const key = keyOf(error);
    const known = this.#seen.get(key);
    if (known && now < known.until) {
      known.repeated++;
      return undefined;
    }
    this.#seen.delete(key);
    if (this.#seen.size >= MAX_KINDS) this.#seen.delete(this.#seen.keys().next().value!);
    this.#seen.set(key, { until: now + WINDOW_MS, repeated: 0 });
    return known?.repeated ?? 0;
  }
}

function keyOf(error: unknown): string {
  const found = dataErrorOf(error) ?? error;
  if (!(found instanceof Error)) return String(found).slice(0, 200);
  const { cause } = found;
  const kind = "kind" in found ? String(found.kind) : "";
  return [found.name, kind, found.message, cause instanceof Error ? cause.message : ""].join("|").slice(0, 500);
}
