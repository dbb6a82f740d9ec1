import type { LoadPage, RowPages } from "./row-pages.ts";

/** Milliseconds. */
const EVERY = 10_000;

interface PolledList {
  readonly pages: RowPages;
  readonly load: LoadPage;
}

/** Tells once that the first page has changed, where no stream may be open. Returns what ends it. */
export function pollFirstPage({ pages, load }: PolledList, onChange: () => void): () => void {
  const stop = new AbortController();
  const timer = setInterval(() => {
    if (pages.isFirstLoad || pages.error !== undefined) return;
    load("", stop.signal).then(
      (page) => {
        if (hasChanged(pages, page)) onChange();
      },
      // What stands in the way is seen when the list is read again.
      () => {
        if (!stop.signal.aborted) onChange();
      },
    );
  }, EVERY);
  return () => {
    clearInterval(timer);
    stop.abort();
  };
}

/** Rows that are not in memory any more count as the same. */
export function hasChanged(
  pages: Pick<RowPages, "at" | "count">,
  { rows, next }: Awaited<ReturnType<LoadPage>>,
): boolean {
  if (rows.length > pages.count || (next === null && rows.length !== pages.count)) return true;
  return rows.some((row, index) => {
    const shown = pages.at(index);
    return shown !== undefined && JSON.stringify(shown) !== JSON.stringify(row);
  });
}
