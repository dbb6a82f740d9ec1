import {
  type CollectionDefinition,
  FIELD_TYPE_NAMES,
  type Field,
  type FieldType,
  fieldType,
  isReference,
  isSystemField,
} from "@plinth/core";
import type { FieldMap, Inferred, InferredField } from "@plinth/formats";
import type { Observed, SeenValue } from "../../../import/observed.ts";

/** A column of the file, and the field that becomes of it. */
export interface Column {
  /** The name in the file. */
  readonly source: string;
  readonly found: InferredField;
  readonly name: string;
  readonly type: FieldType;
  readonly isKept: boolean;
  readonly isUnique: boolean;
  /** A relation: the collection, and the unique field by whose value its item is found. */
  readonly to?: string | undefined;
  readonly by?: string | undefined;
  /** The first values, as texts. */
  readonly samples: readonly string[];
  /** The different values, while they are few. */
  readonly distinct: readonly SeenValue[] | undefined;
  /** Texts that are no email addresses, where the others are; undefined for other columns. */
  readonly notEmails: number | undefined;
  /** Of a choice: those of them that it has; by default all. */
  readonly values?: readonly string[] | undefined;
}

/** Columns as they were found; what somebody has changed of an earlier reading stays. */
export function columnsOf(inferred: Inferred, observed: Observed, earlier: readonly Column[] = []): readonly Column[] {
  return inferred.fields.map((found): Column => {
    const { source, field } = found;
    const seen = {
      source,
      found,
      samples: observed.samplesOf(source),
      distinct: observed.distinctOf(source),
      notEmails: observed.notEmailsOf(source),
    };
    const before = earlier.find((column) => column.source === source);
    if (!before) return { ...seen, name: field.name, type: field.type, isKept: true, isUnique: false };
    const isChosen = before.type !== before.found.field.type;
    return { ...before, ...seen, type: isChosen ? before.type : field.type };
  });
}

/** Types that a column may have: an item's lists are no columns, and choices need to be few. */
export function typesFor({ distinct }: Column): readonly FieldType[] {
  return FIELD_TYPE_NAMES.filter((type) => {
    const definition = fieldType({ name: "", type });
    if (definition.storage === null) return false;
    return !definition.settings.includes("values") || (distinct !== undefined && distinct.length > 0);
  });
}

/** A choice may have been meant by a column of texts with no more values than these. */
const MOST_OFFERED = 12;

/** Whether the values of a column of texts are few and repeat. */
export function mayBeChoice({ type, found, distinct, isUnique }: Column): boolean {
  if (type !== "text" || isUnique || found.spelling || distinct === undefined) return false;
  return distinct.length > 1 && distinct.length <= MOST_OFFERED && found.values >= 2 * distinct.length;
}

/** The values of a choice. */
export function choicesOf({ values, distinct = [] }: Column): readonly string[] {
  const all = distinct.map(({ text }) => text);
  return values?.filter((text) => all.includes(text)) ?? all;
}

export function fieldOf(column: Column): Field {
  const { name, type, isUnique, to } = column;
  const field: Field = { name, type };
  const { settings, unique } = fieldType(field);
  return {
    ...field,
    ...(settings.includes("values") && { values: [...choicesOf(column)] }),
    ...(isReference(field) && to !== undefined && { to }),
    ...(isUnique && unique && { unique: true }),
  };
}

export function definitionFor(
  slug: string,
  columns: readonly Column[],
): Pick<CollectionDefinition, "slug" | "kind" | "fields"> {
  return { slug, kind: "managed", fields: columns.filter(({ isKept }) => isKept).map(fieldOf) };
}

/** Where the columns go: by name where it differs, nowhere, or to an item found by a unique field. */
export function mapFor(inferred: Pick<Inferred, "map">, columns: readonly Column[]): FieldMap {
  const entries = columns.flatMap(({ source, name, isKept, type, by }): [string, string | null][] => {
    if (!isKept) return [[source, null]];
    const target = isReference({ name, type }) && by !== undefined && by !== "id" ? `${name}.${by}` : name;
    return target === source ? [] : [[source, target]];
  });
  const rest = Object.entries(inferred.map).filter(([source]) => !columns.some((column) => column.source === source));
  return Object.fromEntries([...rest, ...entries]);
}

/** Documents keep the names of the file, except those that every item has. */
export function documentMap({ map }: Pick<Inferred, "map">): FieldMap {
  return Object.fromEntries(Object.entries(map).filter(([source]) => isSystemField(source)));
}

/** What is wrong with a column, if it is kept. */
export function columnProblem(column: Column, columns: readonly Column[], words: ColumnWords): string | undefined {
  if (!column.isKept) return undefined;
  const { name, type, to } = column;
  const isTwice = columns.some((other) => other !== column && other.isKept && other.name === name);
  return (
    words.name(name) ??
    (isTwice ? words.twice(name) : isReference({ name, type }) && to === undefined ? words.noTarget : undefined)
  );
}

export interface ColumnWords {
  /** What is wrong with a name by itself. */
  readonly name: (name: string) => string | undefined;
  readonly twice: (name: string) => string;
  readonly noTarget: string;
}
