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
import { type LiveRow, liveRow } from "./diff.ts";
import { type LiveQuery, project } from "./query.ts";

/** A row with its sort keys, which may not be among the selected fields. */
interface WindowRow {
  readonly id: string;
  readonly version: number;
  readonly keys: readonly Json[];
  /**
   * The sort keys as the store needs them to read the rows after this one. Known only for rows that were read from the
   * store.
   */
  readonly after: readonly FieldValue[] | undefined;
  readonly row: LiveRow;
}

/** What must be read to make a window complete: `count` rows after the last of the kept ones. */
export interface Gap {
  readonly kept: number;
  readonly after: readonly FieldValue[];
  readonly count: number;
}

/**
 * The rows of a list query in memory, with spare rows beyond its end. Most changes are applied without a read; only
 * when the spare rows run out must more be read.
 *
 * The window is complete up to its last row, as of all applied changes. Rows from a later read are newer than the
 * others. That is safe: what changed between the two reads arrives through the log, and moves each row to its correct
 * position.
 */
export class Window {
  #rows: WindowRow[];
  /** The database has rows beyond the last one here. */
  #more: boolean;

  constructor(
    private readonly query: LiveQuery,
    found: FindResult,
  ) {
    const { size } = query.window!;
    this.#more = found.rows.length > size;
    this.#rows = this.#holdAll(found).slice(0, size);
  }

  get shown(): LiveRow[] {
    return this.#rows.slice(0, this.query.limit).map(({ row }) => row);
  }

  /** The query shows rows that are missing here. */
  get short(): boolean {
    return this.#more && this.#rows.length < this.query.limit;
  }

  /** Undefined where there is no row left to read on from. */
  get gap(): Gap | undefined {
    const last = this.#rows.findLastIndex(({ after }) => after !== undefined);
    if (last < 0) return undefined;
    // One more than the window's size, to know whether there are more.
    return { kept: last + 1, after: this.#rows[last]!.after!, count: this.query.window!.size - last };
  }

  /** Adds the rows that were read for a gap. No change may be applied between `gap` and this call. */
  fill({ kept, count }: Gap, found: FindResult): void {
    const read = new Set(found.rows.map(({ id }) => id));
    // A kept row that has moved down is among the read rows, in its newer version.
    const rows = this.#rows.slice(0, kept).filter(({ id }) => !read.has(id));
    this.#more = found.rows.length >= count;
    this.#rows = [...rows, ...this.#holdAll(found)].slice(0, this.query.window!.size);
  }

  apply(change: Change, variables: Variables): void {
    const { visibility } = this.query;
    const after = change.after && visibleRow(visibility, change.after, variables);
    const at = this.#rows.findIndex(({ id }) => id === change.item);
    if (at >= 0) {
      // The read row already includes this change or a later one. Only writes that bypass Plinth set a version back.
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
    // Beyond the last row there may be others that are not in memory.
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
      // Mostly equal; then stored once.
      after: sortValues?.every((value, i) => value === keys[i]) ? (keys as FieldValue[]) : sortValues,
      row: select
        ? liveRow(project(this.query.visibility.collection, row, select))
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

const wholes = new WeakMap<Collection, WeakMap<JsonObject, LiveRow>>();

/** All queries that show a change's row whole share the row object, so its checksum is computed once. */
function wholeOf(collection: Collection, row: JsonObject): LiveRow {
  let known = wholes.get(collection);
  if (!known) {
    known = new WeakMap();
    wholes.set(collection, known);
  }
  let whole = known.get(row);
  if (!whole) {
    whole = liveRow(project(collection, row, null));
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

/** The databases' order: nulls first, texts by code point, false before true. */
function compareKeys({ ref }: SortTerm, a: Json, b: Json): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return compareValues(ref.field, a, b);
}
