import {
  type Change,
  type Collection,
  compareText,
  decimalUnits,
  type Json,
  type JsonObject,
  type SortTerm,
  type Variables,
} from "@plinth/core";
import { view } from "../realtime/lens.ts";
import { type Marked, marked } from "./diff.ts";
import { type LiveQuery, project } from "./query.ts";

/** A row with what it is ordered by, which need not be among the fields that were asked for. */
interface Held {
  readonly id: string;
  readonly version: number;
  readonly keys: readonly Json[];
  readonly row: Marked;
}

/**
 * The rows of a list query in memory, with some beyond its end. A change is applied without reading; only where the
 * spare rows run out does the query have to be read again.
 */
export class Window {
  #rows: Held[];
  /** There are rows in the database beyond the last one here. */
  #more: boolean;

  constructor(
    private readonly query: LiveQuery,
    rows: readonly JsonObject[],
  ) {
    this.#more = rows.length > query.size;
    this.#rows = rows.slice(0, query.size).map((row) => this.#hold(row));
  }

  get shown(): Marked[] {
    return this.#rows.slice(0, this.query.limit).map(({ row }) => row);
  }

  /** False: the database has to be asked. */
  apply(change: Change, variables: Variables): boolean {
    const { lens } = this.query;
    const after = change.after && view(lens, change.after, variables);
    const at = this.#rows.findIndex(({ id }) => id === change.item);
    if (at >= 0) {
      // What was read already holds this change or a later one. Only writes around Plinth set a version back.
      if (change.after && raises(change) && this.#rows[at]!.version > versionOf(change.after)) return true;
      this.#rows.splice(at, 1);
    }
    if (after) this.#insert(after);
    return !this.#more || this.#rows.length >= this.query.limit;
  }

  #insert(row: JsonObject): void {
    const held = this.#hold(row);
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#rows[middle]!, held) < 0) low = middle + 1;
      else high = middle;
    }
    // Behind the last row there may be others that are not here.
    if (low === this.#rows.length && this.#more) return;
    this.#rows.splice(low, 0, held);
    if (this.#rows.length > this.query.size) {
      this.#rows.length = this.query.size;
      this.#more = true;
    }
  }

  #hold(row: JsonObject): Held {
    const { sort, select } = this.query.window!;
    const keys = sort.map(({ ref }) => row[ref.field.name] ?? null);
    return {
      id: row.id as string,
      version: versionOf(row),
      keys,
      row: select ? marked(project(this.query.lens.collection, row, select)) : wholeOf(this.query.lens.collection, row),
    };
  }

  #compare(a: Held, b: Held): number {
    const { sort } = this.query.window!;
    for (let i = 0; i < sort.length; i++) {
      const order = compareKeys(sort[i]!, a.keys[i]!, b.keys[i]!);
      if (order !== 0) return sort[i]!.direction === "asc" ? order : -order;
    }
    return 0;
  }
}

const wholes = new WeakMap<Collection, WeakMap<JsonObject, Marked>>();

/** A change's row is the same object for all queries that show it whole: it is marked once for all of them. */
function wholeOf(collection: Collection, row: JsonObject): Marked {
  let known = wholes.get(collection);
  if (!known) {
    known = new WeakMap();
    wholes.set(collection, known);
  }
  let whole = known.get(row);
  if (!whole) {
    whole = marked(project(collection, row, null));
    known.set(row, whole);
  }
  return whole;
}

function raises({ before, after }: Change): boolean {
  return before === null || versionOf(before) < versionOf(after!);
}

function versionOf(row: JsonObject): number {
  return typeof row.version === "number" ? row.version : 0;
}

/** As the engines order: nulls first, texts by code point, false before true. */
function compareKeys({ ref }: SortTerm, a: Json, b: Json): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (ref.field.type === "decimal") {
    const [x, y] = [decimalUnits(a as string), decimalUnits(b as string)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}
