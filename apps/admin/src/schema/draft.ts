import type { Field } from "@plinth/core";
import type { CollectionInfo } from "../data/collections.ts";

/** A field of a draft; without `before` it is a new one. */
export interface DraftField {
  readonly key: string;
  readonly field: Field;
  readonly before?: Field;
  readonly deleted?: boolean;
  /** The name of a list that the other collection gets for a new relation. */
  readonly mirror?: string;
}

/** The changes of a collection's definition that are not applied yet, or a collection that is not made yet. */
export interface Draft {
  readonly fields: readonly DraftField[];
  readonly unique_together: readonly (readonly string[])[];
  readonly indexes: readonly (readonly string[])[];
  readonly indexed_paths: readonly string[];
  readonly default_sort: string;
  readonly note: string;
}

/** The order of lists of which nobody has chosen another. */
export const DEFAULT_SORT = "-created_at";

export const EMPTY_DRAFT: Draft = {
  fields: [],
  unique_together: [],
  indexes: [],
  indexed_paths: [],
  default_sort: DEFAULT_SORT,
  note: "",
};

export function draftOf(collection: Omit<CollectionInfo, "id" | "version" | "created_at">): Draft {
  const { fields, unique_together = [], indexes = [], indexed_paths = [] } = collection;
  const { default_sort = DEFAULT_SORT, note = "" } = collection;
  return {
    fields: fields.map((field) => ({ key: field.name, field, before: field })),
    unique_together,
    indexes,
    indexed_paths,
    default_sort,
    note,
  };
}

/** The state of a field's row: what Apply will do with it. */
export type FieldState = "same" | "new" | "changed" | "deleted";

export function stateOf({ field, before, deleted }: DraftField): FieldState {
  if (deleted) return "deleted";
  if (!before) return "new";
  return isSame(field, before) ? "same" : "changed";
}

/** The field without settings that say nothing. */
export function plainField(field: Field): Field {
  const entries = Object.entries(field).filter(([, value]) => value !== undefined && value !== false && value !== "");
  return Object.fromEntries(entries) as unknown as Field;
}

export function isSame(a: Field, b: Field): boolean {
  return sortedText(plainField(a)) === sortedText(plainField(b));
}

function sortedText(field: Field): string {
  return JSON.stringify(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)));
}

let serial = 0;

/** The draft with a field added, or another definition of the field with this key. */
export function withField(draft: Draft, next: Pick<DraftField, "field" | "mirror"> & { readonly key?: string }): Draft {
  const { key, field, mirror } = next;
  const plain = plainField(field);
  const list = { ...(mirror !== undefined && { mirror }) };
  if (key === undefined) {
    return { ...draft, fields: [...draft.fields, { key: `new-${++serial}`, field: plain, ...list }] };
  }
  const fields = draft.fields.map((one) => {
    if (one.key !== key) return one;
    const { mirror: _, ...rest } = one;
    return { ...rest, field: plain, ...list };
  });
  return { ...draft, fields };
}

/** A field that is not made yet leaves the draft, with its sets; another one is marked, and goes with them on Apply. */
export function withoutField(draft: Draft, key: string): Draft {
  const gone = draft.fields.find((one) => one.key === key);
  if (!gone) return draft;
  if (gone.before) {
    const marked: DraftField = { key, field: gone.before, before: gone.before, deleted: true };
    return { ...draft, fields: draft.fields.map((one) => (one === gone ? marked : one)) };
  }
  const keep = (set: readonly string[]): boolean => !set.includes(gone.field.name);
  return {
    ...draft,
    fields: draft.fields.filter((one) => one !== gone),
    unique_together: draft.unique_together.filter(keep),
    indexes: draft.indexes.filter(keep),
  };
}

/** The field as it was before the draft. */
export function withFieldReset(draft: Draft, key: string): Draft {
  const fields = draft.fields.map((one): DraftField => {
    if (one.key !== key || !one.before) return one;
    return { key, field: one.before, before: one.before };
  });
  return { ...draft, fields };
}

/** The fields that there will be. */
export function keptFields(draft: Draft): readonly DraftField[] {
  return draft.fields.filter(({ deleted }) => !deleted);
}

/** The draft on a newer definition: what it did not change is as the server has it now. */
export function rebased(draft: Draft, base: CollectionInfo, fresh: CollectionInfo): Draft {
  const [old, now] = [draftOf(base), draftOf(fresh)];
  const keptPart = <P extends "unique_together" | "indexes" | "indexed_paths" | "default_sort" | "note">(
    part: P,
  ): Draft[P] => (JSON.stringify(draft[part]) === JSON.stringify(old[part]) ? now[part] : draft[part]);
  const seen = new Set(draft.fields.map(({ field }) => field.name));
  const fields = draft.fields.flatMap((one) => rebasedField(one, fresh));
  return {
    fields: [...fields, ...now.fields.filter(({ field }) => !seen.has(field.name))],
    unique_together: keptPart("unique_together"),
    indexes: keptPart("indexes"),
    indexed_paths: keptPart("indexed_paths"),
    default_sort: keptPart("default_sort"),
    note: keptPart("note"),
  };
}

function rebasedField(one: DraftField, fresh: CollectionInfo): DraftField[] {
  const before = fresh.fields.find(({ name }) => name === one.field.name);
  // Deleted by this draft, or by somebody else; only what is new stays without a stored field.
  if (!before) return one.before ? [] : [one];
  // A new field that is there now was made by the request that came before the refused one.
  if (!one.before || stateOf(one) === "same") return [{ ...one, field: before, before }];
  return [{ ...one, before }];
}

/** The draft after the lists of these fields were added to the other collections. */
export function withoutMirrors(draft: Draft, keys: readonly string[]): Draft {
  const fields = draft.fields.map((one): DraftField => {
    if (!keys.includes(one.key)) return one;
    const { mirror: _, ...rest } = one;
    return rest;
  });
  return { ...draft, fields };
}
