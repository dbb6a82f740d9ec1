import { coerce, type Field, type Json } from "@plinth/core";
import { textOf } from "../schema/try-value.ts";

const MOST_SAMPLES = 3;
const MOST_LETTERS = 200;
/** Columns with more different values are no choices. */
const MOST_CHOICES = 30;

/** A column of addresses may have so many that are mistyped. */
const MOST_SLIPS = 5;
const EMAIL: Field = { name: "email", type: "email" };

function isEmail(text: string): boolean {
  try {
    coerce(EMAIL, text, EMAIL.name);
    return true;
  } catch {
    return false;
  }
}

/** A value of a column, and the rows that have it. */
export interface SeenValue {
  readonly text: string;
  readonly count: number;
}

/** What was seen of a column's values, besides their type. */
export class Observed {
  readonly #samples = new Map<string, string[]>();
  readonly #distinct = new Map<string, Map<string, number> | undefined>();

  readonly #emails = new Map<string, { fits: number; others: number }>();

  /** `nulls`: texts that mean no value. */
  constructor(private readonly nulls: readonly string[] = []) {}

  add(row: Readonly<Record<string, Json>>): void {
    for (const [name, value] of Object.entries(row)) {
      if (value === null || value === "") continue;
      const text = textOf(value).slice(0, MOST_LETTERS);
      if (this.nulls.includes(text.trim())) continue;
      const samples = this.#samples.get(name) ?? [];
      if (samples.length < MOST_SAMPLES) samples.push(text);
      this.#samples.set(name, samples);
      this.#note(name, text);
      this.#noteEmail(name, text);
    }
  }

  #noteEmail(name: string, text: string): void {
    const seen = this.#emails.get(name) ?? { fits: 0, others: 0 };
    this.#emails.set(name, seen);
    // Checked until it is certain that the column holds something else.
    if (seen.others > MOST_SLIPS) return;
    if (text.includes("@") && isEmail(text)) seen.fits++;
    else seen.others++;
  }

  /** Texts of a column of email addresses that are none; undefined for any other column. */
  notEmailsOf(name: string): number | undefined {
    const { fits, others } = this.#emails.get(name) ?? { fits: 0, others: 0 };
    return fits > 0 && others <= MOST_SLIPS && others * 5 <= fits ? others : undefined;
  }

  #note(name: string, text: string): void {
    if (!this.#distinct.has(name)) this.#distinct.set(name, new Map());
    const seen = this.#distinct.get(name);
    if (seen === undefined) return;
    seen.set(text, (seen.get(text) ?? 0) + 1);
    if (seen.size > MOST_CHOICES) this.#distinct.set(name, undefined);
  }

  samplesOf(name: string): readonly string[] {
    return this.#samples.get(name) ?? [];
  }

  /** The most common first; undefined where they are many. */
  distinctOf(name: string): readonly SeenValue[] | undefined {
    const seen = this.#distinct.get(name);
    const values = seen && [...seen].map(([text, count]) => ({ text, count }));
    return values?.sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
  }
}
