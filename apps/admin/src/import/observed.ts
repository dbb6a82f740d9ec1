import type { Json } from "@plinth/core";
import { textOf } from "../schema/try-value.ts";

const MOST_SAMPLES = 3;
const MOST_LETTERS = 200;
/** Columns with more different values are no choices. */
const MOST_CHOICES = 30;

/** What was seen of a column's values, besides their type. */
export class Observed {
  readonly #samples = new Map<string, string[]>();
  readonly #distinct = new Map<string, Set<string> | undefined>();

  add(row: Readonly<Record<string, Json>>): void {
    for (const [name, value] of Object.entries(row)) {
      if (value === null || value === "") continue;
      const text = textOf(value).slice(0, MOST_LETTERS);
      const samples = this.#samples.get(name) ?? [];
      if (samples.length < MOST_SAMPLES) samples.push(text);
      this.#samples.set(name, samples);
      this.#note(name, text);
    }
  }

  #note(name: string, text: string): void {
    if (!this.#distinct.has(name)) this.#distinct.set(name, new Set());
    const seen = this.#distinct.get(name);
    if (seen === undefined) return;
    seen.add(text);
    if (seen.size > MOST_CHOICES) this.#distinct.set(name, undefined);
  }

  samplesOf(name: string): readonly string[] {
    return this.#samples.get(name) ?? [];
  }

  distinctOf(name: string): readonly string[] | undefined {
    const seen = this.#distinct.get(name);
    return seen && [...seen].sort();
  }
}
