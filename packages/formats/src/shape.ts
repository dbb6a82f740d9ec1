import {
  type Collection,
  excerpt,
  type Field,
  type Issue,
  invalid,
  isObject,
  isReference,
  isSystemField,
  isUuid,
  type Json,
  type JsonObject,
  listed,
  nearest,
  PlinthError,
  type Principal,
} from "@plinth/core";
import { convertCell, convertValue, inferCell } from "./convert.ts";
import { emptyRow, type SourceRow } from "./formats.ts";
import { requireReadable } from "./misread.ts";
import { readNumberFor } from "./numbers.ts";
import { dateReader, type Readings, readDateFor } from "./readings.ts";

/**
 * Names in the file to names of fields; null omits a column. Unlisted names stay the same. `country.cca2` is the
 * relation `country`, whose item is found by its unique field `cca2`.
 */
export type FieldMap = Readonly<Record<string, string | null>>;

/** Turns rows of one file into bodies for one collection. */
export interface Shape {
  body(row: SourceRow): JsonObject;
  /** Fields in the file that only the server sets, and that were therefore ignored. */
  readonly ignored: Set<string>;
  /** Names in the file that are no fields, and that were passed over by choice. */
  readonly skipped: Set<string>;
  /** Which fields some of them may mean: they are nearly called so. */
  readonly meant: Map<string, string>;
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
  /** Names that are no fields are passed over. */
  skipUnknown: boolean;
  readings: Readings;
  /** The rows say which versions their items have. */
  versions?: boolean;
  /** The unique field by which a relation's item is found; throws if the caller may not use it. */
  key(relation: Field, by: string, at: string): Field;
}

type DateReader = (text: string) => string | undefined;

/** Where a column goes. */
interface Target {
  readonly field: string;
  /** Finds the related item. */
  readonly by?: Field;
}

const MAX_SKIPPED = 100;

export function shapeFor(options: ShapeOptions): Shape {
  const { collection, map, columns } = options;
  const targets = new Map<string, Target | null>();
  for (const [name, text] of Object.entries(map))
    targets.set(name, text === null ? null : targetOf(options, name, text));
  const skipped = new Set<string>();
  const meant = new Map<string, string>();
  const { dates } = options.readings;
  const readDate = dates === undefined ? undefined : dateReader(dates, "dates");
  const skip = (name: string): null => {
    if (skipped.size >= MAX_SKIPPED || skipped.has(name)) return null;
    skipped.add(name);
    const near = nearest(name, options.names);
    if (near !== undefined) meant.set(name, near);
    return null;
  };
  const isSkipped = (name: string): boolean =>
    options.skipUnknown && collection.kind !== "document" && !isKnown(options, name);
  const target = (name: string): Target | null => {
    const found = targets.get(name);
    if (found !== undefined) return found;
    return isSkipped(name) ? skip(name) : { field: name };
  };
  checkMap(options, (name) => target(name)?.field ?? null);
  const ignored = new Set<string>();
  const cells = columns !== null;
  return {
    ignored,
    skipped,
    meant,
    body(row) {
      const body = emptyRow();
      for (const name of Object.keys(row)) {
        const to = target(name);
        if (to === null) continue;
        const { field, by } = to;
        const value = readValue(options, field, row[name]!, readDate);
        if (isServerSet(options, field)) ignored.add(field);
        else if (by) put(body, field, lookupBy(by, value, cells));
        else put(body, field, cells ? cellValue(collection, field, value) : jsonValue(options, field, value));
      }
      return body;
    },
  };
}

/** A text as the field takes it. */
function readValue(options: ShapeOptions, name: string, value: Json, readDate: DateReader | undefined): Json {
  const { collection, columns, convert, readings } = options;
  if (typeof value !== "string" || !isKnown(options, name)) return value;
  const field = collection.byName.get(name);
  if (!field) return value;
  const dated = readDate ? readDateFor(field, value, readDate) : value;
  if (columns === null && !convert) return dated;
  const read = readNumberFor(field, dated, readings);
  requireReadable(field, read, readings);
  return read;
}

/** `country.cca2`, unless the whole text is a field's name. */
function targetOf(options: ShapeOptions, name: string, text: string): Target {
  const { collection, key } = options;
  const dot = text.indexOf(".");
  const head = text.slice(0, dot);
  const relation = dot > 0 && isKnown(options, head) ? collection.byName.get(head) : undefined;
  if (!relation || !isReference(relation)) return { field: text };
  return { field: relation.name, by: key(relation, text.slice(dot + 1), `map.${name}`) };
}

/** A value that names a related item; no value is no item. */
function lookupBy(by: Field, value: Json, cells: boolean): Json | undefined {
  if (value === null) return cells ? undefined : null;
  const key = cells ? convertCell(by, value as string) : convertValue(by, value);
  // Where several items have the value, the id of one says which.
  if (!by.unique && isUuid(key)) return { $lookup: { id: key } };
  return key === undefined ? undefined : { $lookup: { [by.name]: key } };
}

/** Exported values that an import cannot set. The owner is imported if the caller may assign items to anyone. */
function isServerSet({ principal, versions }: ShapeOptions, field: string): boolean {
  if (!isSystemField(field) || field === "id") return false;
  if (field === "version" && versions) return false;
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

function jsonValue(options: ShapeOptions, name: string, value: Json): Json | undefined {
  const { collection, convert } = options;
  const field = convert && value !== null && isKnown(options, name) ? collection.byName.get(name) : undefined;
  return field ? convertValue(field, value) : value;
}

/** Whether it is a field that the caller may see or give. A hidden one is answered like one that does not exist. */
function isKnown({ collection, names }: ShapeOptions, name: string): boolean {
  return isSystemField(name) || (collection.byName.has(name) && names.includes(name));
}

function checkMap(options: ShapeOptions, target: (name: string) => string | null): void {
  const { collection, names, map, columns } = options;
  const known = (name: string): boolean =>
    collection.kind === "document" || (collection.stored.has(name) && isKnown(options, name));
  for (const [name, field] of Object.entries(map)) {
    const at = `map.${name}`;
    if (columns && !columns.includes(name)) {
      const hint = name === "" ? "; a column without a name has its number as its name, such as #1" : "";
      throw invalid(at, `the file has no such column${hint}`);
    }
    if (field === null) continue;
    const to = target(name)!;
    if (!known(to)) throw unknown(collection, names, [[at, to]]);
  }
  const strange = (columns ?? [])
    .map((name): Unknown => [name, target(name)])
    .filter(([, to]) => to !== null && !known(to));
  if (strange.length > 0) throw unknown(collection, names, strange, [PASS_OVER]);
  const taken = new Map<string, string>();
  for (const name of columns ?? []) {
    const field = target(name);
    if (field === null) continue;
    if (taken.has(field))
      throw invalid(name, `goes to ${excerpt(field)}, but ${excerpt(taken.get(field)!)} already goes there`);
    taken.set(field, name);
  }
}

/** A name in the file, or of the map, and the field that it goes to. */
type Unknown = readonly [at: string, field: string | null];

const MAX_UNKNOWN = 50;
const PASS_OVER = "To pass over columns that are no fields, use unknown=skip (--skip-unknown).";

/** Names them all, one a line, so that a file is put right in one go. */
function unknown(
  { slug }: Collection,
  names: readonly string[],
  found: readonly Unknown[],
  advice: readonly string[] = [],
): PlinthError {
  const issues = found.slice(0, MAX_UNKNOWN).map(([at, to]): Issue => {
    const near = nearest(to!, names);
    const hint = near === undefined ? "" : `; did you mean ${excerpt(near)}?`;
    return { field: excerpt(at), message: `${slug} has no field ${excerpt(to!)}${hint}`, code: "UNKNOWN_FIELD" };
  });
  const lines = issues.map(({ field, message }) => `${field}: ${message}`);
  if (found.length > MAX_UNKNOWN) lines.push(`and ${found.length - MAX_UNKNOWN} more`);
  if (names.length > 0) lines.push(`${slug} has ${listed(names)}`);
  return new PlinthError("UNKNOWN_FIELD", [...lines, ...advice].join("\n"), { field: issues[0]!.field, issues });
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
    if (field === null || (typeof field === "string" && field !== "")) continue;
    throw invalid(`map.${name}`, "expected a field's name, or null to leave the column out");
  }
  return value as FieldMap;
}
