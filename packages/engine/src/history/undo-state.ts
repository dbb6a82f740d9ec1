import type { Collection, Row } from "@plinth/core";
import { withNextVersion } from "./inverse.ts";
import { itemKey, type PreparedInverse } from "./undo-plan.ts";

/**
 * What the steps so far have made of the items, beside what the database says. A draft on top of another state is added to
 * it once its steps are accepted.
 */
export class UndoState {
  readonly #rows = new Map<string, Row | null>();
  readonly #fields = new Map<string, ReadonlySet<string>>();

  constructor(
    /** Items with more than one change: their next one needs to know what the last one made. */
    private readonly hasMore: (key: string) => boolean,
    private readonly below?: UndoState,
  ) {}

  draft(): UndoState {
    return new UndoState(this.hasMore, this);
  }

  /** The item after the steps so far; undefined where no step made it and the database knows. */
  rowOf(key: string): Row | null | undefined {
    return this.#rows.has(key) ? this.#rows.get(key) : this.below?.rowOf(key);
  }

  /** Whether a step has set this field of the item. */
  hasSet(key: string, fields: readonly string[]): boolean {
    const own = this.#fields.get(key);
    return fields.some((field) => own?.has(field)) || this.below?.hasSet(key, fields) === true;
  }

  note(inverse: PreparedInverse): void {
    const key = itemKey(inverse.collection, inverse.id);
    if (inverse.kind === "update") {
      if (this.hasMore(key)) this.#rows.set(key, inverse.next);
      this.#fields.set(key, new Set([...(this.#fields.get(key) ?? []), ...inverse.fields]));
    } else if (inverse.kind === "delete") this.#rows.set(key, null);
    else this.#rows.set(key, this.hasMore(key) ? withNextVersion(inverse.row) : RESTORED);
  }

  accept(draft: UndoState): void {
    for (const [key, row] of draft.#rows) this.#rows.set(key, row);
    for (const [key, fields] of draft.#fields)
      this.#fields.set(key, new Set([...(this.#fields.get(key) ?? []), ...fields]));
  }

  /** Whether an item exists after the steps so far, if one of them decides it. */
  existsIn(collection: Collection, id: string): boolean | undefined {
    const row = this.rowOf(itemKey(collection, id));
    return row === undefined ? undefined : row !== null;
  }
}

/** In place of a row that no later step needs. */
const RESTORED: Row = {};
