import type { Json } from "@plinth/core";
import type { ItemRow } from "./row-pages.ts";

export type Patch = Readonly<Record<string, Json>>;

/** A value that the server does not have: it is being sent, or it was refused. */
export interface CellDraft {
  readonly value: Json;
  readonly state: "pending" | "refused";
  /** Why it was refused. */
  readonly reason?: string;
}

/** A cell whose value was refused. */
export interface RefusedCell {
  readonly id: string;
  readonly field: string;
  readonly reason: string;
}

export type RowDraft = ReadonlyMap<string, CellDraft>;

export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** The field that is wrong, if it is one. */
  readonly field?: string;
}

export interface CellWritesOptions {
  /** Writes one item, and gives it as it is stored. */
  readonly send: (id: string, patch: Patch, version: number | undefined) => Promise<ItemRow>;
  readonly refusalOf: (error: unknown) => Refusal;
  /** The server has stored it. */
  readonly onStored: (row: ItemRow, patch: Patch) => void;
  /** Somebody else changed or deleted the item; nothing was written, and the draft stays until somebody has chosen. */
  readonly onConflict: (row: ItemRow, patch: Patch) => void;
  /** Nothing of it is shown any more. */
  readonly onFailed: (id: string, patch: Patch, error: unknown) => void;
  readonly onChange: () => void;
  /** Something is on its way; it never fails. */
  readonly onBegun?: (work: Promise<unknown>) => void;
}

/**
 * Values on their way to the server. A cell shows its draft, marked, until the server has stored or refused it. Writes of
 * one item go one after the other, each with the version that the one before has made.
 */
export class CellWrites {
  readonly #drafts = new Map<string, Map<string, CellDraft>>();
  /** The last write of each item on its way, and the version that it makes, if it makes one. */
  readonly #tails = new Map<string, Promise<number | undefined>>();
  readonly #options: CellWritesOptions;

  constructor(options: CellWritesOptions) {
    this.#options = options;
  }

  draft(id: string): RowDraft | undefined {
    return this.#drafts.get(id);
  }

  /** Whether something is on its way. */
  get isPending(): boolean {
    return [...this.#drafts.values()].some((row) => [...row.values()].some(({ state }) => state === "pending"));
  }

  /** Whether the server does not have something that is shown: it is on its way, or was refused. */
  get isUnsaved(): boolean {
    return this.#drafts.size > 0;
  }

  /** What was refused and still is in its cell, the newest last. */
  get refused(): readonly RefusedCell[] {
    return [...this.#drafts].flatMap(([id, row]) =>
      [...row].flatMap(([field, { state, reason = "" }]) => (state === "refused" ? [{ id, field, reason }] : [])),
    );
  }

  /** Ends when what is on its way has been answered. */
  async settled(): Promise<void> {
    await Promise.all(this.#tails.values());
  }

  write(row: ItemRow, patch: Patch): Promise<void> {
    this.#mark(row.id, patch, { state: "pending" });
    const before = this.#tails.get(row.id) ?? Promise.resolve(undefined);
    const tail = before.then((made) => this.#send(row, patch, made));
    this.#tails.set(row.id, tail);
    const done = tail.then(() => {
      if (this.#tails.get(row.id) === tail) this.#tails.delete(row.id);
    });
    this.#options.onBegun?.(done);
    return done;
  }

  /** Many items in one request: all are stored, or none. `send` gets their versions, and gives them as they are stored. */
  async writeTogether(
    patches: readonly { readonly row: ItemRow; readonly patch: Patch }[],
    send: (versions: ReadonlyMap<string, number | undefined>) => Promise<readonly ItemRow[]>,
  ): Promise<boolean> {
    for (const { row, patch } of patches) this.#mark(row.id, patch, { state: "pending" }, false);
    this.#options.onChange();
    // What is on its way to the same items goes first.
    const versions = await Promise.all(
      patches.map(async ({ row }) => [row.id, newest(row, await this.#tails.get(row.id))] as const),
    );
    try {
      const stored = await send(new Map(versions));
      for (const { row, patch } of patches) this.#clear(row.id, patch);
      for (const row of stored) this.#options.onStored(row, {});
      return true;
    } catch (error) {
      for (const { row, patch } of patches) this.#clear(row.id, patch);
      this.#options.onFailed("", {}, error);
      return false;
    } finally {
      this.#options.onChange();
    }
  }

  /** Shows what the server has again. */
  drop(id: string, fields: readonly string[]): void {
    const row = this.#drafts.get(id);
    for (const field of fields) row?.delete(field);
    if (row?.size === 0) this.#drafts.delete(id);
    this.#options.onChange();
  }

  /** Shows them as refused, so that they can be changed or sent again. */
  hold(id: string, patch: Patch, reason: string): void {
    this.#mark(id, patch, { state: "refused", reason });
  }

  /** `made`: the version that the write before has made. Answers the newest one that a write here has made. */
  async #send(row: ItemRow, patch: Patch, made: number | undefined): Promise<number | undefined> {
    const { id } = row;
    let latest = made;
    try {
      const stored = await this.#options.send(id, patch, newest(row, made));
      latest = newest(stored, made);
      this.#clear(id, patch);
      this.#options.onStored(stored, patch);
    } catch (error) {
      this.#refuse(row, patch, error);
    }
    this.#options.onChange();
    return latest;
  }

  #refuse(row: ItemRow, patch: Patch, error: unknown): void {
    const { id } = row;
    const { status, message, field } = this.#options.refusalOf(error);
    if (status === 412 || status === 404) {
      this.#options.onConflict(row, patch);
      return;
    }
    const fields = Object.keys(patch);
    const wrong = field !== undefined && fields.includes(field) ? field : fields.length === 1 ? fields[0]! : undefined;
    // What a value is refused for can be mended in its cell; everything else is taken back and said.
    const mendable = (status === 409 || status === 422) && wrong !== undefined;
    this.#clear(id, patch);
    if (mendable) this.#mark(id, { [wrong]: patch[wrong]! }, { state: "refused", reason: message });
    if (!mendable || fields.length > 1) this.#options.onFailed(id, patch, error);
  }

  #mark(id: string, patch: Patch, draft: Omit<CellDraft, "value">, report = true): void {
    const row = this.#drafts.get(id) ?? new Map<string, CellDraft>();
    for (const [field, value] of Object.entries(patch)) row.set(field, { ...draft, value });
    // A new map, so that the row on the screen sees that it changed.
    this.#drafts.set(id, new Map(row));
    if (report) this.#options.onChange();
  }

  /** Only what this write has shown: a later draft of the same cell stays. */
  #clear(id: string, patch: Patch): void {
    const row = new Map(this.#drafts.get(id));
    for (const [field, value] of Object.entries(patch)) if (row.get(field)?.value === value) row.delete(field);
    if (row.size === 0) this.#drafts.delete(id);
    else this.#drafts.set(id, row);
  }
}

/** The version of the item: as it was read, or as a write has made it since. */
function newest({ version }: ItemRow, made = 0): number | undefined {
  return Math.max(typeof version === "number" ? version : 0, made) || undefined;
}
