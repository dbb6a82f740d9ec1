export interface DiffPart {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Steps of the comparison; beyond that, what differs is shown as one piece. */
const MAX_CELLS = 1_000_000;

const wordsOf = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/** Which words were taken out and put in, in their order. */
export function diffWords(before: string, after: string): DiffPart[] {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const parts: DiffPart[] = [];
  add(parts, "same", old.slice(0, start));
  middle(parts, old.slice(start, old.length - end), now.slice(start, now.length - end));
  add(parts, "same", old.slice(old.length - end));
  return parts;
}

function middle(parts: DiffPart[], old: string[], now: string[]): void {
  if (old.length * now.length > MAX_CELLS) {
    add(parts, "removed", old);
    add(parts, "added", now);
    return;
  }
  const lengths = commonLengths(old, now);
  const width = now.length + 1;
  let [row, column] = [0, 0];
  while (row < old.length || column < now.length) {
    if (row < old.length && column < now.length && old[row] === now[column]) {
      add(parts, "same", [old[row]!]);
      row++;
      column++;
    } else if (
      column >= now.length ||
      (row < old.length && lengths[(row + 1) * width + column]! >= lengths[row * width + column + 1]!)
    ) {
      add(parts, "removed", [old[row++]!]);
    } else {
      add(parts, "added", [now[column++]!]);
    }
  }
}

/** The longest common subsequence of what follows each pair of places, row by row. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint32Array {
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = now.length - 1; column >= 0; column--) {
      const at = row * width + column;
      lengths[at] =
        old[row] === now[column] ? lengths[at + width + 1]! + 1 : Math.max(lengths[at + width]!, lengths[at + 1]!);
    }
  }
  return lengths;
}

function add(parts: DiffPart[], kind: DiffPart["kind"], words: readonly string[]): void {
  if (words.length === 0) return;
  const last = parts.at(-1);
  if (last?.kind === kind) last.text += words.join("");
  else parts.push({ kind, text: words.join("") });
}
