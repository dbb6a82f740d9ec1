import {
  type Change,
  type Collection,
  compareValues,
  type FieldValue,
  type FindResult,
  type Json,
  type JsonObject,
  type SortTerm,
  type Variables,
} from "@plinth/core";
import { visibleRow } from "../visibility.ts";
import { type Marked, marked } from "./diff.ts";
import { type LiveQuery, project } from "./query.ts";

/** A row with what it is ordered by, which need not be among the fields that were asked for. */
interface WindowRow {
  readonly id: string;
  readonly version: number;
  readonly keys: readonly Json[];
  /** The same as the store wants them to read on from here; known of rows that came from there. */
  readonly after: readonly FieldValue[] | undefined;
  readonly row: Marked;
}

/** What has to be read so that a window is whole: so many rows after the last of those that are kept. */
export interface Gap {
  readonly kept: number;
  readonly after: readonly FieldValue[];
  readonly count: number;
}

/**
 * The rows of a list query in memory, with some beyond its end. A change is applied without reading; only where the
 * spare rows run out do more have to be read.
 *
 * What it holds is complete up to its last row, as of all changes that it has been given. Rows that are read on from
 * there are of a later moment than the others. That is as good: what has changed between the two moments comes through the
 * log, and puts each row that it is about where it belongs.
 */
export class Window {
  #rows: WindowRow[];
  /** There are rows in the database beyond the last one here. */
  #more: boolean;

  constructor(
    private readonly query: LiveQuery,
    found: FindResult,
  ) {
    const { size } = query.window!;
    this.#more = found.rows.length > size;
    this.#rows = this.#holdAll(found).slice(0, size);
  }

  get shown(): Marked[] {
    return this.#rows.slice(0, this.query.limit).map(({ row }) => row);
  }

  /** There are rows to be shown that are not here. */
  get short(): boolean {
    return this.#more && this.#rows.length < this.query.limit;
  }

  /** Undefined where no row is left that could be read on from. */
  get gap(): Gap | undefined {
    const last = this.#rows.findLastIndex(({ after }) => after !== undefined);
    if (last < 0) return undefined;
    // One more than there is room for, to know whether there is more.
    return { kept: last + 1, after: this.#rows[last]!.after!, count: this.query.window!.size - last };
  }

  /** Takes what was read for a gap. No change may have been applied since the gap was looked at. */
  fill({ kept, count }: Gap, found: FindResult): void {
    const read = new Set(found.rows.map(({ id }) => id));
    // A row that has moved down since it was held is among those that were read, as it is by now.
    const rows = this.#rows.slice(0, kept).filter(({ id }) => !read.has(id));
    this.#more = found.rows.length >= count;
    this.#rows = [...rows, ...this.#holdAll(found)].slice(0, this.query.window!.size);
  }

  apply(change: Change, variables: Variables): void {
    const { visibility } = this.query;
    const after = change.after && visibleRow(visibility, change.after, variables);
    const at = this.#rows.findIndex(({ id }) => id === change.item);
    if (at >= 0) {
      // What was read already holds this change or a later one. Only writes around Plinth set a version back.
      if (change.after && raises(change) && this.#rows[at]!.version > versionOf(change.after)) return;
      this.#rows.splice(at, 1);
    }
    if (after) this.#insert(after);
  }

  #insert(row: JsonObject): void {
    const entry = this.#hold(row);
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#rows[middle]!, entry) < 0) low = middle + 1;
      else high = middle;
    }
    // Behind the last row there may be others that are not here.
    if (low === this.#rows.length && this.#more) return;
    this.#rows.splice(low, 0, entry);
    const { size } = this.query.window!;
    if (this.#rows.length > size) {
      this.#rows.length = size;
      this.#more = true;
    }
  }

  #holdAll({ rows, sortValues }: FindResult): WindowRow[] {
    return rows.map((row, i) => this.#hold(row, sortValues?.[i]));
  }

  #hold(row: JsonObject, sortValues?: readonly FieldValue[]): WindowRow {
    const { sort, select } = this.query.window!;
    const keys = sort.map(({ ref }) => row[ref.field.name] ?? null);
    return {
      id: row.id as string,
      version: versionOf(row),
      keys,
      // Mostly equal, and then kept once.
      after: sortValues?.every((value, i) => value === keys[i]) ? (keys as FieldValue[]) : sortValues,
      row: select
        ? marked(project(this.query.visibility.collection, row, select))
        : wholeOf(this.query.visibility.collection, row),
    };
  }

  #compare(a: WindowRow, b: WindowRow): number {
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
  return compareValues(ref.field, a, b);
}
