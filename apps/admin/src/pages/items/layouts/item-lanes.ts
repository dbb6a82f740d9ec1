import type { ItemRow, LoadedPage } from "../row-pages.ts";

export interface LaneState {
  /** Nothing of it has been read yet. */
  readonly isFirstLoad: boolean;
  readonly loading: boolean;
  readonly hasMore: boolean;
  readonly error: unknown;
}

export interface ItemLanesOptions {
  readonly load: (lane: string, cursor: string, signal: AbortSignal) => Promise<LoadedPage>;
  readonly onChange: () => void;
}

interface LaneSlot {
  /** Of the next page; null: there is none. */
  cursor: string | null;
  loading: boolean;
  error: unknown;
}

/**
 * Items that are read in lanes, such as the columns of a board, each by pages of its own. They are kept together, because an
 * item goes from lane to lane. What comes by the stream, or has just been moved, stands first.
 */
export class ItemLanes {
  readonly #rows = new Map<string, ItemRow>();
  #order: string[] = [];
  readonly #lanes = new Map<string, LaneSlot>();
  /** Left while a page was on its way, so that the page does not bring them back. */
  readonly #gone = new Set<string>();
  readonly #options: ItemLanesOptions;
  #stop = new AbortController();

  constructor(options: ItemLanesOptions) {
    this.#options = options;
  }

  /** Of all lanes, in their order. */
  get rows(): readonly ItemRow[] {
    return this.#order.map((id) => this.#rows.get(id)!);
  }

  at(id: string): ItemRow | undefined {
    return this.#rows.get(id);
  }

  state(lane: string): LaneState {
    const { cursor, loading, error } = this.#lanes.get(lane) ?? UNREAD;
    return { isFirstLoad: cursor === "" && error === undefined, loading, hasMore: cursor !== null, error };
  }

  /** Reads the first page of the lanes that have not been read. */
  want(lanes: readonly string[]): void {
    for (const lane of lanes) if (!this.#lanes.has(lane)) void this.more(lane);
  }

  /** Reads the next page of a lane, again after an error. */
  async more(lane: string): Promise<void> {
    const slot = this.#lanes.get(lane) ?? { ...UNREAD };
    this.#lanes.set(lane, slot);
    if (slot.loading || slot.cursor === null) return;
    slot.loading = true;
    slot.error = undefined;
    const { signal } = this.#stop;
    try {
      const { rows, next } = await this.#options.load(lane, slot.cursor, signal);
      if (signal.aborted) return;
      for (const row of rows) this.#add(row);
      slot.cursor = next;
    } catch (error) {
      if (signal.aborted) return;
      slot.error = error;
    } finally {
      slot.loading = false;
    }
    this.#options.onChange();
  }

  /** Reads the beginnings of all lanes again, where no stream tells what has changed. */
  async again(): Promise<void> {
    const { signal } = this.#stop;
    for (const lane of this.#lanes.keys()) {
      const page = await this.#options.load(lane, "", signal).catch(() => undefined);
      if (signal.aborted) return;
      for (const row of page?.rows ?? []) this.put(row);
    }
  }

  /** An item that is shown, as the server has it now. False: it is not shown. */
  replace(row: ItemRow): boolean {
    const before = this.#rows.get(row.id);
    if (!before) return false;
    if (!isOlder(row, before)) {
      this.#rows.set(row.id, row);
      this.#options.onChange();
    }
    return true;
  }

  /** An item that belongs here from now on. */
  put(row: ItemRow): void {
    this.#gone.delete(row.id);
    if (this.replace(row)) return;
    this.#rows.set(row.id, row);
    this.#order.unshift(row.id);
    this.#options.onChange();
  }

  remove(id: string): void {
    this.#gone.add(id);
    if (!this.#rows.delete(id)) return;
    this.#order = this.#order.filter((other) => other !== id);
    this.#options.onChange();
  }

  /** Puts it first, so that who has moved it sees where it is. */
  raise(id: string): void {
    if (this.#rows.has(id)) this.#order = [id, ...this.#order.filter((other) => other !== id)];
  }

  /** Reads again after `close`. What was on its way then is asked for again. */
  open(): void {
    if (!this.#stop.signal.aborted) return;
    this.#stop = new AbortController();
    for (const [lane, { cursor }] of this.#lanes) if (cursor === "") this.#lanes.delete(lane);
  }

  /** Nothing is read or reported any more. */
  close(): void {
    this.#stop.abort();
  }

  #add(row: ItemRow): void {
    if (this.#gone.has(row.id)) return;
    const before = this.#rows.get(row.id);
    if (!before) this.#order.push(row.id);
    if (!before || !isOlder(row, before)) this.#rows.set(row.id, row);
  }
}

const UNREAD: LaneSlot = { cursor: "", loading: false, error: undefined };

/** An answer and the stream may overtake each other. */
const isOlder = (row: ItemRow, known: ItemRow): boolean =>
  typeof row.version === "number" && typeof known.version === "number" && row.version < known.version;
