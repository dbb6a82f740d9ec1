import {
  type Collection,
  excerpt,
  invalid,
  isObject,
  isSystemField,
  type Json,
  type JsonObject,
  PlinthError,
  type Principal,
  suggest,
} from "@plinth/core";
import { convertCell, convertValue, inferCell } from "./convert.ts";
import { emptyRow, type SourceRow } from "./formats.ts";

/** Names in the file to names of fields; null omits a column. Unlisted names stay the same. */
export type FieldMap = Readonly<Record<string, string | null>>;

/** Turns rows of one file into bodies for one collection. */
export interface Shape {
  body(row: SourceRow): JsonObject;
  /** Fields in the file that only the server sets, and that were therefore ignored. */
  readonly ignored: Set<string>;
}

interface ShapeOptions {
  collection: Collection;
  principal: Principal;
  /** The fields that an error may list. */
  names: readonly string[];
  map: FieldMap;
  /** A CSV's columns: cells are always converted. Null for JSON. */
  columns: readonly string[] | null;
  /** Convert JSON values as cells are. */
  convert: boolean;
}

export function shapeFor(options: ShapeOptions): Shape {
  const { collection, map, columns } = options;
  const target = (name: string): string | null => (Object.hasOwn(map, name) ? map[name]! : name);
  checkMap(options, target);
  const ignored = new Set<string>();
  const cells = columns !== null;
  return {
    ignored,
    body(row) {
      const body = emptyRow();
      for (const name of Object.keys(row)) {
        const field = target(name);
        if (field === null) continue;
        if (isServerSet(options, field)) ignored.add(field);
        else put(body, field, cells ? cellValue(collection, field, row[name]!) : jsonValue(options, field, row[name]!));
      }
      return body;
    },
  };
}

/** Exported values that an import cannot set. The owner is imported if the caller may assign items to anyone. */
function isServerSet({ principal }: ShapeOptions, field: string): boolean {
  if (!isSystemField(field) || field === "id") return false;
  return field !== "owner_id" || !principal.bypass;
}

function put(body: JsonObject, field: string, value: Json | undefined): void {
  if (value === undefined) return;
  if (Object.hasOwn(body, field)) throw invalid(field, "two columns of this row go to this field");
  body[field] = value;
}

function cellValue(collection: Collection, name: string, cell: Json): Json | undefined {
  // An empty cell is no value, so defaults apply; but an item without an owner stays without one.
  if (cell === null) return name === "owner_id" ? null : undefined;
  const field = collection.byName.get(name);
  if (field) return convertCell(field, cell as string);
  return collection.kind === "document" ? inferCell(cell as string) : cell;
}

function jsonValue({ collection, convert }: ShapeOptions, name: string, value: Json): Json | undefined {
  const field = convert && value !== null ? collection.byName.get(name) : undefined;
  return field ? convertValue(field, value) : value;
}

function checkMap({ collection, names, map, columns }: ShapeOptions, target: (name: string) => string | null): void {
  const known = (name: string): boolean => collection.kind === "document" || collection.stored.has(name);
  for (const [name, field] of Object.entries(map)) {
    const at = `map.${name}`;
    if (columns && !columns.includes(name)) {
      const hint = name === "" ? "; a column without a name has its number as its name, such as #1" : "";
      throw invalid(at, `the file has no such column${hint}`);
    }
    if (field !== null && !known(field)) throw unknown(collection, names, at, field);
  }
  const taken = new Map<string, string>();
  for (const name of columns ?? []) {
    const field = target(name);
    if (field === null) continue;
    if (!known(field)) throw unknown(collection, names, name, field);
    if (taken.has(field))
      throw invalid(name, `goes to ${excerpt(field)}, but ${excerpt(taken.get(field)!)} already goes there`);
    taken.set(field, name);
  }
}

function unknown({ slug }: Collection, names: readonly string[], at: string, field: string): PlinthError {
  return invalid(at, `${slug} has no field ${excerpt(field)}${suggest(field, names, "it has")}`, "UNKNOWN_FIELD");
}

/** `map` as it is in a request. */
export function parseMap(text: string): FieldMap {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new PlinthError("VALIDATION", "map: is not valid JSON", { field: "map" });
  }
  if (!isObject(value)) throw invalid("map", 'expected an object such as {"US Gross": "us_gross"}');
  for (const [name, field] of Object.entries(value)) {
    if (field !== null && typeof field !== "string") throw invalid(`map.${name}`, "expected a field's name, or null");
  }
  return value as FieldMap;
}
