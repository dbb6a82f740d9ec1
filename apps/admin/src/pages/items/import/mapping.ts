import { type Field, isReference, isSystemField, isVirtual } from "@plinth/core";
import type { FieldMap, Inferred, InferredField } from "@plinth/formats";
import type { CollectionInfo } from "../../../data/collections.ts";
import type { Scanned } from "../../../import/scan-file.ts";

/** A column of the file, and where it goes. */
export interface MappedColumn {
  /** The name in the file. */
  readonly source: string;
  /** Undefined: it holds what Plinth sets, such as ids, as in an export. */
  readonly found: InferredField | undefined;
  /** The first values, as texts. */
  readonly samples: readonly string[];
  /** A field; null: it is not imported. */
  readonly target: string | null;
  /** Of a relation: the unique field by whose value its item is found. */
  readonly by: string;
}

export const BY_ID = "id";

/** The fields that a file can fill. Plinth sets the times and the version by itself. */
export function targetsOf({ fields, system_fields }: CollectionInfo): readonly Field[] {
  const settable = system_fields.filter(({ name }) => name === "id" || name === "owner_id");
  return [...fields.filter((field) => !isVirtual(field)), ...settable];
}

/** The columns with the fields that are called as they are; `earlier`: what somebody has chosen in place of that. */
export function mappingOf(
  { names, inferred, observed }: Pick<Scanned, "names" | "inferred" | "observed">,
  collection: CollectionInfo,
  earlier: readonly MappedColumn[] = [],
): readonly MappedColumn[] {
  const columns = names.map((source) => {
    const found = inferred.fields.find((one) => one.source === source);
    return { source, found, samples: observed.samplesOf(source) };
  });
  const guessed = collection.kind === "document" ? new Map() : guessedTargets(columns, targetsOf(collection));
  return columns.map((column): MappedColumn => {
    const before = earlier.find(({ source }) => source === column.source);
    if (before) return { ...before, ...column };
    const target = collection.kind === "document" ? documentName(column) : (guessed.get(column.source) ?? null);
    return { ...column, target, by: BY_ID };
  });
}

type FoundColumn = Pick<MappedColumn, "source" | "found">;

/** Each field goes to one column. An equal name comes before one that is only alike, wherever its column stands. */
function guessedTargets(columns: readonly FoundColumn[], fields: readonly Field[]): ReadonlyMap<string, string> {
  const free = new Set(fields);
  const guessed = new Map<string, string>();
  for (const alike of LIKENESSES) {
    for (const { source, found } of columns) {
      if (guessed.has(source)) continue;
      // Ids of another system are none of Plinth's.
      const field = [...free].find((one) => (one.name !== "id" || !found) && alike(one, source));
      if (!field) continue;
      free.delete(field);
      guessed.set(source, field.name);
    }
  }
  return guessed;
}

type Likeness = (field: Field, source: string) => boolean;

const LIKENESSES: readonly Likeness[] = [
  ({ name }, source) => name === source,
  ({ name }, source) => letters(name) !== "" && letters(name) === letters(source),
  (field, source) =>
    isReference(field) && [`${letters(field.name)}id`, `${letters(field.name)}name`].includes(letters(source)),
];

/** `US Gross`, `us_gross` and `usGross` are alike. */
function letters(name: string): string {
  return name
    .slice(0, 200)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z\d]/g, "");
}

/** Documents keep the names of the file, except those that every item has. */
function documentName({ source, found }: FoundColumn): string {
  return found && isSystemField(source) ? `source_${source}` : source;
}

/** What the import is sent. Columns without a name are left out, as most are empty. */
export function fieldMapOf(columns: readonly MappedColumn[], { map }: Pick<Inferred, "map">): FieldMap {
  const unnamed = Object.entries(map).filter(([, target]) => target === null);
  const named = columns.flatMap(({ source, target, by }): [string, string | null][] => {
    const whole = target !== null && by !== BY_ID ? `${target}.${by}` : target;
    return whole === source ? [] : [[source, whole]];
  });
  return Object.fromEntries([...unnamed, ...named]);
}

/** Another column goes to the same field. */
export function isTakenTwice({ source, target }: MappedColumn, columns: readonly MappedColumn[]): boolean {
  return target !== null && columns.some((other) => other.source !== source && other.target === target);
}

/** Required fields that no column fills: new items would be refused. */
export function missingFields({ fields }: CollectionInfo, columns: readonly MappedColumn[]): readonly string[] {
  const filled = new Set(columns.map(({ target }) => target));
  return fields
    .filter((field) => field.required && field.default === undefined && !isVirtual(field) && !filled.has(field.name))
    .map(({ name }) => name);
}

/** The fields, and sets of fields, by which a row can find an item. */
export function keysOf({ fields, unique_together = [] }: CollectionInfo): readonly (readonly string[])[] {
  return [["id"], ...fields.filter(({ unique }) => unique).map(({ name }) => [name]), ...unique_together];
}
