import type { Json } from "@plinth/core";

export type ItemRow = Readonly<Record<string, Json>> & { readonly id: string };

export interface LoadedPage {
  readonly rows: readonly ItemRow[];
  /** Null: it is the last one. */
  readonly next: string | null;
}

export type LoadPage = (cursor: string, signal: AbortSignal) => Promise<LoadedPage>;

interface PageSlot {
  /** Its place among the pages. */
  readonly at: number;
  cursor: string;
  /** How many rows it had when it was last in memory. */
  size: number;
  rows: ItemRow[] | undefined;
  loading: boolean;
}

export interface RowPagesOptions {
  /** Pages kept in memory around those on the screen. */
  readonly keep?: number;
  readonly onChange: () => void;
}

/**
 * A list of any length, of which a window is in memory. Pages are read by cursor, so that the last costs no more than the
 * first; of a page that was dropped its cursor remains. The length is known only as far as the list has been read.
 */
export class RowPages {
  #pages: PageSlot[] = [emptySlot(0, "")];
  #starts: number[] = [0];
  /** Those with rows: few, however long the list is. */
  readonly #resident = new Set<PageSlot>();
  #stop = new AbortController();
  readonly #load: LoadPage;
  readonly #keep: number;
  readonly #onChange: () => void;
  #error: unknown;

  constructor(load: LoadPage, { keep = 12, onChange }: RowPagesOptions) {
    this.#load = load;
    this.#keep = keep;
    this.#onChange = onChange;
  }

  /** Rows that are known to exist. */
  get count(): number {
    return this.#starts.at(-1)! + this.#pages.at(-1)!.size;
  }

  /** Whether the end has not been seen yet. */
  get hasMore(): boolean {
    const last = this.#pages.at(-1)!;
    return last.rows === undefined && last.size === 0;
  }

  get isFirstLoad(): boolean {
    return this.#pages.length === 1 && this.hasMore && this.#error === undefined;
  }

  get error(): unknown {
    return this.#error;
  }

  /** `undefined`: it is not in memory. */
  at(index: number): ItemRow | undefined {
    const page = this.#pageOf(index);
    return this.#pages[page]?.rows?.[index - this.#starts[page]!];
  }

  indexOf(id: string): number {
    for (const { at, rows } of this.#resident) {
      const within = rows?.findIndex((row) => row.id === id) ?? -1;
      if (within >= 0) return this.#starts[at]! + within;
    }
    return -1;
  }

  /** Reads what is missing of these rows, a page ahead, and drops what is far from them. */
  want(first: number, last: number): void {
    if (this.#error !== undefined) return;
    const from = Math.max(0, this.#pageOf(first) - 1);
    const to = Math.min(this.#pages.length - 1, this.#pageOf(last) + 1);
    for (let at = from; at <= to; at++) if (this.#pages[at]!.rows === undefined) void this.#read(at);
    const middle = Math.round((from + to) / 2);
    for (const page of this.#resident) if (Math.abs(page.at - middle) > this.#keep) this.#drop(page);
  }

  retry(): void {
    this.#error = undefined;
    this.#onChange();
  }

  /** Reads what is in memory again, and shows it until then: more has changed than the events said. */
  refresh(): void {
    for (const { at } of this.#resident) void this.#read(at);
  }

  replace(row: ItemRow): boolean {
    return this.#edit(row.id, (rows, at) => rows.splice(at, 1, { ...listsOf(rows[at]!), ...row }));
  }

  remove(id: string): boolean {
    return this.#edit(id, (rows, at) => rows.splice(at, 1));
  }

  /** Rows in their order, also those that are not in memory; fewer where the list ends. Keeps none of them. */
  async rows(first: number, count: number): Promise<ItemRow[]> {
    const at = this.#pageOf(first);
    const found: ItemRow[] = [];
    let skip = first - this.#starts[at]!;
    let slot: PageSlot | undefined = this.#pages[at];
    for (let cursor: string | null = slot?.cursor ?? null; cursor !== null && found.length < count; ) {
      slot = this.#pages.find((page) => page.cursor === cursor);
      const index = slot ? this.#pages.indexOf(slot) : -1;
      const known: LoadedPage | undefined = slot?.rows && {
        rows: slot.rows,
        next: this.#pages[index + 1]?.cursor ?? null,
      };
      const page: LoadedPage = known ?? (await this.#load(cursor, this.#stop.signal));
      found.push(...page.rows.slice(skip, skip + count - found.length));
      skip = Math.max(0, skip - page.rows.length);
      cursor = page.next;
    }
    return found;
  }

  /** Reads again after `close`. */
  open(): void {
    if (this.#stop.signal.aborted) this.#stop = new AbortController();
  }

  /** Nothing is read or reported any more. */
  close(): void {
    this.#stop.abort();
  }

  #edit(id: string, change: (rows: ItemRow[], at: number) => void): boolean {
    for (const page of this.#resident) {
      const at = page.rows?.findIndex((row) => row.id === id) ?? -1;
      if (at < 0) continue;
      page.rows = [...page.rows!];
      change(page.rows, at);
      page.size = page.rows.length;
      this.#count();
      this.#onChange();
      return true;
    }
    return false;
  }

  async #read(at: number): Promise<void> {
    const page = this.#pages[at]!;
    if (page.loading) return;
    page.loading = true;
    const { signal } = this.#stop;
    try {
      const { rows, next } = await this.#load(page.cursor, signal);
      if (signal.aborted) return;
      page.rows = [...rows];
      page.size = rows.length;
      // Meanwhile the list may have ended before it, or its cursor changed.
      if (this.#pages[at] !== page) return;
      this.#resident.add(page);
      this.#follow(at, next);
    } catch (error) {
      if (signal.aborted) return;
      this.#error = error;
    } finally {
      page.loading = false;
    }
    this.#count();
    this.#onChange();
  }

  /** Items that came or went may have moved where the next page begins; it is then read again. */
  #follow(at: number, next: string | null): void {
    const after = this.#pages[at + 1];
    if (next === null) {
      for (const page of this.#pages.splice(at + 1)) this.#drop(page);
    } else if (!after) this.#pages.push(emptySlot(at + 1, next));
    else if (after.cursor !== next) {
      // A slot of its own, so that an answer to the old cursor changes nothing.
      this.#drop(after);
      this.#pages[at + 1] = { ...emptySlot(at + 1, next), size: after.size };
    }
  }

  #drop(page: PageSlot): void {
    page.rows = undefined;
    this.#resident.delete(page);
  }

  #count(): void {
    let start = 0;
    this.#starts = this.#pages.map(({ size }) => {
      start += size;
      return start - size;
    });
  }

  /** The page of a row; the last one for all that lies beyond. */
  #pageOf(index: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#starts[middle]! <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Lists of related items, which no event and no answer to a write has. */
function listsOf(row: ItemRow): Record<string, Json> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => Array.isArray(value)));
}

const emptySlot = (at: number, cursor: string): PageSlot => ({ at, cursor, size: 0, rows: undefined, loading: false });
