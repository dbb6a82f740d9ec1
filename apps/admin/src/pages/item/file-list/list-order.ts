/** A file of a list, as its junction has it. */
export interface ListEntry {
  /** Of the junction's item. */
  readonly link: string;
  readonly file: string;
  readonly position: number;
}

export interface Place {
  readonly link: string;
  readonly position: number;
}

/** What gives the list this order: a place for the entry that was moved; for all, where no number is left between two others. */
export function placesFor(entries: readonly ListEntry[], from: number, to: number): readonly Place[] {
  const moved = entries[from];
  if (!moved || from === to || !entries[to]) return [];
  const next = entries.toSpliced(from, 1).toSpliced(to, 0, moved);
  const [before, after] = [next[to - 1]?.position, next[to + 1]?.position];
  const position = between(before, after);
  if (position !== before && position !== after) return [{ link: moved.link, position }];
  return next.map(({ link }, at) => ({ link, position: at + 1 }));
}

function between(before: number | undefined, after: number | undefined): number {
  if (before === undefined) return (after ?? 1) - 1;
  return after === undefined ? before + 1 : (before + after) / 2;
}

/** The place of the first file that is added. */
export const endOf = (entries: readonly ListEntry[]): number => (entries.at(-1)?.position ?? 0) + 1;
