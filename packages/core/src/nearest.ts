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

/** The half sentence of an error that names it; empty where nothing is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const near = nearest(name, candidates);
  return near === undefined ? "" : `; did you mean ${near}?`;
}

/** Names of an error, the first of many. */
export function listed(names: readonly string[], most = 60): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(", ")} and ${more} more` : names.join(", ");
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[-_. ]/g, "");
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
