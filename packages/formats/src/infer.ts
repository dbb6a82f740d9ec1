import {
  type Field,
  type FieldType,
  isSystemField,
  isText,
  type Json,
  PlinthError,
  typeOfCell as plainTypeOfCell,
  SYSTEM_FIELDS,
  typeOfColumn,
  typeOfValue,
  UNRECOGNISED,
} from "@plinth/core";
import type { SourceRow } from "./formats.ts";
import { type SeenSpelling, type Spelling, withSpelling } from "./misread.ts";
import { fieldNamesFor } from "./names.ts";
import type { FieldMap } from "./shape.ts";

/**
 * Infers field types from rows: pure, and its memory grows with the columns, not with the rows. Uncertain values are
 * text. It infers nothing that a later row could break: neither `required`, nor `unique`, nor choices.
 */

export interface InferredField {
  /** The name in the file. */
  readonly source: string;
  readonly field: Field;
  /** Rows that have a value for it. */
  readonly values: number;
  /** Values of several types: they become text. */
  readonly mixed: boolean;
  /** Why a column that is mostly of one type became text. */
  readonly almost?: AlmostTyped;
  /** All of its texts but a few are written in a form that may be that of a day or number. */
  readonly spelling?: Spelling;
}

export interface AlmostTyped {
  /** The type of the other values. */
  readonly type: FieldType;
  /** The share of the values that have it, from 0 to 1. */
  readonly share: number;
  /** The few texts that are not of the type, the first one first. */
  readonly others: readonly OddValue[];
}

export interface OddValue {
  readonly text: string;
  count: number;
  /** Where it was first. */
  readonly row: number;
  readonly line: number;
}

export interface Inferred {
  readonly rows: number;
  readonly fields: readonly InferredField[];
  /** Names in the file whose field is named differently; null for omitted columns. */
  readonly map: Record<string, string | null>;
}

interface ColumnStatistics {
  types: Set<FieldType>;
  values: number;
  longest: number;
  /** Cells of a type other than text. */
  typed: number;
  /** Different texts, while they are few. Undefined: the column simply holds texts. */
  odd: Map<string, OddValue> | undefined;
  /** Of all values so far; null for others than days and numbers. */
  spelling: SeenSpelling | null | undefined;
  /** Texts that the spelling does not explain. */
  strays: number;
}

/** A column with more different texts than these is one of texts. */
const MAX_ODD = 5;
const MIN_SHARE = 0.8;

const MAX_COLUMNS = 2000;

export class Inference {
  rows = 0;
  readonly #columns = new Map<string, ColumnStatistics>();

  /**
   * `cells`: the values are texts of a CSV. `only`: the names to read; by default, all. `typeOfCell`: as the
   * file's cells are read.
   */
  constructor(
    private readonly cells: boolean,
    private readonly only?: (name: string) => boolean,
    private readonly typeOfCell: (cell: string) => FieldType = plainTypeOfCell,
  ) {}

  /** The names that the file lists before its rows. */
  readonly columns: string[] = [];

  expect(name: string): void {
    this.columns.push(name);
    if (this.#counts(name)) this.#column(name);
  }

  /** `at`: where the row is in the file. */
  add(row: SourceRow, at: RowLocation = { row: this.rows + 1, line: 0 }): void {
    this.rows++;
    for (const name of Object.keys(row)) if (this.#counts(name)) this.#observe(this.#column(name), row[name]!, at);
  }

  #counts(name: string): boolean {
    return this.only === undefined || this.only(name);
  }

  /** The names that occurred so far, in the file's order. */
  get names(): string[] {
    return [...this.#columns.keys()];
  }

  #column(name: string): ColumnStatistics {
    let column = this.#columns.get(name);
    if (!column) {
      if (this.#columns.size >= MAX_COLUMNS) {
        const message = `The rows name more than ${MAX_COLUMNS} different fields; use a document collection.`;
        throw new PlinthError("LIMIT_EXCEEDED", message);
      }
      column = { types: new Set(), values: 0, longest: 0, typed: 0, odd: new Map(), spelling: undefined, strays: 0 };
      this.#columns.set(name, column);
    }
    return column;
  }

  #observe(column: ColumnStatistics, value: Json, at: RowLocation): void {
    if (value === null) return;
    column.values++;
    if (typeof value === "string" && value.length > column.longest) column.longest = value.length;
    // Texts are the most common and the most expensive to check, and after the first one, another changes nothing.
    const isText = this.cells || typeof value === "string";
    if (column.spelling !== null) observeSpelling(column, isText ? String(value) : undefined);
    if (isText && column.odd === undefined && column.types.has(UNRECOGNISED)) return;
    const type = this.#typeOf(value);
    column.types.add(type);
    if (type !== UNRECOGNISED) column.typed++;
    else if (isText) countOdd(column, String(value), at);
  }

  #typeOf(value: Exclude<Json, null>): FieldType {
    return this.cells ? this.typeOfCell(String(value)) : typeOfValue(value);
  }

  /** `chosen`: mappings that are already decided. */
  result(chosen: FieldMap = {}): Inferred {
    const own = this.#isExport();
    const decided = (name: string): boolean => Object.hasOwn(chosen, name);
    const sources = this.names.filter((name) => chosen[name] !== null && (decided(name) || !this.#isSystem(name, own)));
    const taken = new Set(Object.values(chosen).filter((name) => name !== null));
    const names = fieldNamesFor(
      sources.filter((name) => !decided(name)),
      taken,
    );
    const fields = sources.map((source) => {
      const name = (decided(source) ? chosen[source] : names.get(source))!;
      return toField(source, name, this.#columns.get(source)!, this.cells);
    });
    const renamed = fields.filter(({ source, field }) => source !== field.name);
    const map = { ...chosen, ...Object.fromEntries(renamed.map(({ source, field }) => [source, field.name])) };
    return { rows: this.rows, fields: fields.filter(({ field }) => !isSystemField(field.name)), map };
  }

  /** A file with all of them was written by an export. */
  #isExport(): boolean {
    return Object.keys(SYSTEM_FIELDS).every((name) => this.#columns.has(name));
  }

  /** Whether a column is Plinth's own field of that name, and not data with the same name. */
  #isSystem(name: string, own: boolean): boolean {
    if (!isSystemField(name)) return false;
    if (name !== "id") return own;
    const { types } = this.#columns.get(name)!;
    return types.size === 1 && types.has(SYSTEM_FIELDS.id.type);
  }
}

type RowLocation = Pick<OddValue, "row" | "line">;

function countOdd(column: ColumnStatistics, text: string, { row, line }: RowLocation): void {
  const { odd } = column;
  if (!odd) return;
  const known = odd.get(text);
  if (known) known.count++;
  else if (odd.size < MAX_ODD && text.length <= 40) odd.set(text, { text, count: 1, row, line });
  else column.odd = undefined;
}

function toField(source: string, name: string, column: ColumnStatistics, cells: boolean): InferredField {
  const { types, values, longest } = column;
  const field: Field = { name, type: typeOfColumn(types, longest, cells) };
  const almost = isText(field) ? almostTyped(column, cells) : undefined;
  const spelling = isText(field) && spellingOf(column);
  const mixed = isText(field) && types.size > 1;
  return { source, field, values, mixed, ...(almost && { almost }), ...(spelling && { spelling }) };
}

function observeSpelling(column: ColumnStatistics, text: string | undefined): void {
  const next = text === undefined ? null : withSpelling(column.spelling ?? undefined, text);
  // A few cells such as `k.A.` hide no column of numbers.
  if (next !== null) column.spelling = next;
  else if (text === undefined || ++column.strays > MAX_ODD) column.spelling = null;
}

function spellingOf({ spelling, strays, values }: ColumnStatistics): Spelling | undefined {
  if (1 - strays / values < MIN_SHARE) return undefined;
  return spelling?.example === undefined ? undefined : { ...spelling, example: spelling.example };
}

function almostTyped(
  { types, values, longest, typed, odd }: ColumnStatistics,
  cells: boolean,
): AlmostTyped | undefined {
  if (!odd || odd.size === 0 || typed / values < MIN_SHARE) return undefined;
  const type = typeOfColumn(new Set([...types].filter((one) => one !== UNRECOGNISED)), longest, cells);
  return type === UNRECOGNISED ? undefined : { type, share: typed / values, others: [...odd.values()] };
}
