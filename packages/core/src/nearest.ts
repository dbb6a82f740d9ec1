import { excerpt } from "./excerpt.ts";

/** Names longer than any that the server has are near none. */
const MAX_CHARS = 64;

/** The candidate that the name is probably a misspelling of: case and separators count for nothing. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_CHARS) return undefined;
  const wanted = bare(name);
  let best: string | undefined;
  let least = allowance(wanted.length) + 1;
  for (const candidate of candidates) {
    const other = bare(candidate);
    if (candidate.length > MAX_CHARS || Math.abs(other.length - wanted.length) >= least) continue;
    const distance = edits(wanted, other);
    if (distance >= least) continue;
    best = candidate;
    least = distance;
  }
  return best;
}

/** The end of an error about an unknown name: what is near it, and what there is. */
export function suggest(name: string, known: readonly string[], intro: string, words: readonly string[] = []): string {
  const near = nearest(name, [...known, ...words]);
  const all = known.length > 0 ? `${intro} ${listed(known)}` : "";
  if (near === undefined) return all === "" ? "" : `; ${all}`;
  return `; did you mean ${excerpt(near)}? (${all})`;
}

/** An error about a value that is none of a few: what is near it, and which they are. */
export function expectedOneOf(values: readonly string[], given: unknown): string {
  const expected = values.length > 3 ? `expected one of ${listed(values)}` : `expected ${values.join(" or ")}`;
  const near = typeof given === "string" ? nearest(given, values) : undefined;
  return near === undefined ? expected : `there is no such value; did you mean ${near}? (${expected})`;
}

const MAX_LISTED_CHARS = 1500;

/** Names that an error lists, as many as have room. */
export function listed(names: readonly string[]): string {
  let text = "";
  for (const [i, name] of names.entries()) {
    if (text.length > MAX_LISTED_CHARS) return `${text} and ${names.length - i} more`;
    text += i === 0 ? excerpt(name) : `, ${excerpt(name)}`;
  }
  return text;
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.$ ]/g, "");
}

/** Short names have many neighbours, so fewer edits count. */
function allowance(length: number): number {
  if (length <= 2) return 0;
  if (length <= 5) return 1;
  return length <= 8 ? 2 : 3;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
function edits(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
