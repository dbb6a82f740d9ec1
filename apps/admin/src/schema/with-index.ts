import type { Draft } from "./draft.ts";

/** The draft with an index by these fields: one is a setting of the field, several are a set. */
export function withIndex(draft: Draft, names: readonly string[]): Draft {
  if (hasIndex(draft, names)) return draft;
  if (names.length > 1) return { ...draft, indexes: [...draft.indexes, names] };
  const fields = draft.fields.map((one) =>
    one.field.name === names[0] ? { ...one, field: { ...one.field, indexed: true } } : one,
  );
  return { ...draft, fields };
}

export function hasIndex(draft: Draft, names: readonly string[]): boolean {
  if (names.length > 1) return draft.indexes.some((set) => set.join() === names.join());
  return draft.fields.some(({ field }) => field.name === names[0] && (field.indexed ?? false));
}
