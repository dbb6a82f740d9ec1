import {
  coerceType,
  type Field,
  type FieldType,
  isSystemField,
  isUuid,
  type Json,
  PlinthError,
  SYSTEM_FIELDS,
} from "@plinth/core";
import { isPlainNumber } from "./convert.ts";
import type { SourceRow } from "./formats.ts";
import { fieldNamesFor } from "./names.ts";
import type { FieldMap } from "./shape.ts";

/**
 * Finds field types from rows: pure, and in memory that grows with the columns and not with the rows. What is not
 * certain is text. Nothing is inferred that a later row could break: neither `required`, nor `unique`, nor choices.
 */

export interface InferredField {
  /** The name in the file. */
  readonly source: string;
  readonly field: Field;
  /** Rows that have a value for it. */
  readonly values: number;
  /** Values of several types: they become text. */
  readonly mixed: boolean;
}

export interface Inferred {
  readonly rows: number;
  readonly fields: readonly InferredField[];
  /** Names in the file whose field is called otherwise; null for those that are left out. */
  readonly map: Record<string, string | null>;
}

type Kind = "integer" | "number" | "boolean" | "date" | "timestamp" | "uuid" | "json" | "text";

interface Column {
  kinds: Set<Kind>;
  values: number;
  longest: number;
}

const MAX_COLUMNS = 2000;
const MAX_TEXT = 255;
const probe: Record<"date" | "timestamp", Field> = {
  date: { name: "value", type: "date" },
  timestamp: { name: "value", type: "timestamp" },
};

export class Inference {
  rows = 0;
  readonly #columns = new Map<string, Column>();

  /** `cells`: the values are texts of a CSV. `only`: the names to look at; all of them unless given. */
  constructor(
    private readonly cells: boolean,
    private readonly only?: (name: string) => boolean,
  ) {}

  /** A name that the file announces before its rows. */
  expect(name: string): void {
    if (this.#counts(name)) this.#column(name);
  }

  add(row: SourceRow): void {
    this.rows++;
    for (const name of Object.keys(row)) if (this.#counts(name)) this.#observe(this.#column(name), row[name]!);
  }

  #counts(name: string): boolean {
    return this.only === undefined || this.only(name);
  }

  /** The names that occurred so far, in the file's order. */
  get names(): string[] {
    return [...this.#columns.keys()];
  }

  #column(name: string): Column {
    let column = this.#columns.get(name);
    if (!column) {
      if (this.#columns.size >= MAX_COLUMNS) {
        const message = `The rows name more than ${MAX_COLUMNS} different fields; use a document collection.`;
        throw new PlinthError("LIMIT_EXCEEDED", message);
      }
      column = { kinds: new Set(), values: 0, longest: 0 };
      this.#columns.set(name, column);
    }
    return column;
  }

  #observe(column: Column, value: Json): void {
    if (value === null) return;
    column.values++;
    if (typeof value === "string" && value.length > column.longest) column.longest = value.length;
    // Texts are the commonest and the dearest to look into, and once there is one, another changes nothing.
    if (column.kinds.has("text") && (this.cells || typeof value === "string")) return;
    column.kinds.add(this.cells ? kindOfCell(String(value)) : kindOfValue(value));
  }

  /** `given`: names that are decided already. */
  result(given: FieldMap = {}): Inferred {
    const own = this.#isExport();
    const decided = (name: string): boolean => Object.hasOwn(given, name);
    const sources = this.names.filter((name) => given[name] !== null && (decided(name) || !this.#isSystem(name, own)));
    const taken = new Set(Object.values(given).filter((name) => name !== null));
    const names = fieldNamesFor(
      sources.filter((name) => !decided(name)),
      taken,
    );
    const fields = sources.map((source) => {
      const name = (decided(source) ? given[source] : names.get(source))!;
      return toField(source, name, this.#columns.get(source)!, this.cells);
    });
    const renamed = fields.filter(({ source, field }) => source !== field.name);
    const map = { ...given, ...Object.fromEntries(renamed.map(({ source, field }) => [source, field.name])) };
    return { rows: this.rows, fields: fields.filter(({ field }) => !isSystemField(field.name)), map };
  }

  /** A file that has all of them was written by an export. */
  #isExport(): boolean {
    return Object.keys(SYSTEM_FIELDS).every((name) => this.#columns.has(name));
  }

  /** Whether a column stands for Plinth's own field of that name, rather than for data that happens to be called so. */
  #isSystem(name: string, own: boolean): boolean {
    if (!isSystemField(name)) return false;
    if (name !== "id") return own;
    const { kinds } = this.#columns.get(name)!;
    return kinds.size === 1 && kinds.has("uuid");
  }
}

function toField(source: string, name: string, { kinds, values, longest }: Column, cells: boolean): InferredField {
  const type = typeOf(kinds, longest, cells);
  const text = type === "text" || type === "longtext";
  const mixed = text && kinds.size > 1;
  return { source, field: { name, type }, values, mixed };
}

function typeOf(kinds: ReadonlySet<Kind>, longest: number, cells: boolean): FieldType {
  const only = (...allowed: Kind[]): boolean => [...kinds].every((kind) => allowed.includes(kind));
  if (kinds.size > 0) {
    for (const kind of ["integer", "boolean", "date", "uuid", "json"] as const) if (only(kind)) return kind;
    if (only("integer", "number")) return "number";
    if (only("date", "timestamp")) return "timestamp";
    // Only JSON holds objects beside other values without loss.
    if (!cells && kinds.has("json")) return "json";
  }
  return longest > MAX_TEXT ? "longtext" : "text";
}

function kindOfValue(value: Json): Kind {
  switch (typeof value) {
    case "number":
      return Number.isSafeInteger(value) ? "integer" : "number";
    case "boolean":
      return "boolean";
    case "string":
      return kindOfText(value);
    default:
      return "json";
  }
}

function kindOfCell(cell: string): Kind {
  const text = cell.trim();
  // Leading zeros tell a code, such as a postal one, from a number.
  if (/^-?(?:0|[1-9]\d*)$/.test(text)) return Number.isSafeInteger(Number(text)) ? "integer" : "text";
  if (/^-?(?:0|[1-9]\d*)?\.\d+$/.test(text) || (/^-?\d[\d.]*e/i.test(text) && isPlainNumber(text))) return "number";
  if (/^(?:true|false)$/i.test(text)) return "boolean";
  if (/^[[{]/.test(text)) return isJson(text) ? "json" : "text";
  return kindOfText(text);
}

function kindOfText(text: string): Kind {
  // Dates, instants and UUIDs are short and begin with a digit or a hexadecimal one.
  if (text.length < 10 || text.length > 40 || !/^[\da-f]/i.test(text)) return "text";
  if (isUuid(text)) return "uuid";
  if (fits("date", text)) return "date";
  return fits("timestamp", text) ? "timestamp" : "text";
}

function fits(type: "date" | "timestamp", text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return false;
  try {
    coerceType(probe[type], text, "value");
    return true;
  } catch {
    return false;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
