import { t } from "@lingui/core/macro";
import { type Field, isSystemField, isVirtual, type Json } from "@plinth/core";
import type { CollectionInfo } from "../../data/collections.ts";
import type { Item } from "../../data/item.ts";
import { textOf, tryValue } from "../../schema/try-value.ts";

/** What was typed, by field; a field that nobody has touched is absent. */
export type ItemDraft = Readonly<Record<string, string>>;

/** Fields that a form edits, in the order of the collection. */
export function editedFields({ fields }: CollectionInfo): readonly Field[] {
  return fields.filter((field) => !isVirtual(field));
}

/** Whether people write a field: the system's own are set by every write, or never change. */
export function writtenFields(collection: CollectionInfo): (field: string) => boolean {
  if (collection.kind === "document") return (name) => !isSystemField(name);
  const names = new Set(editedFields(collection).map(({ name }) => name));
  return (name) => names.has(name);
}

/** Lists of related items, which have no column of their own. */
export function relatedFields({ fields }: CollectionInfo): readonly Field[] {
  return fields.filter(isVirtual);
}

/** What the control of a field shows. */
export function shownText(field: Field, item: Item | undefined, draft: ItemDraft): string {
  const typed = draft[field.name];
  if (typed !== undefined) return typed;
  if (item) return textOf(item[field.name]);
  return field.default === undefined ? "" : textOf(field.default);
}

export interface ReadDraft {
  readonly values: Record<string, Json>;
  /** Why the server would refuse a value, by field. */
  readonly problems: Record<string, string>;
}

/** The typed texts as values, by the checks that the server makes. Only what differs from the item is among them. */
export function readDraft(collection: CollectionInfo, item: Item | undefined, draft: ItemDraft): ReadDraft {
  const read: ReadDraft = { values: {}, problems: {} };
  for (const field of editedFields(collection)) {
    const text = draft[field.name] ?? "";
    if (item ? draft[field.name] === undefined || text === textOf(item[field.name]) : text === "" && !isMissing(field))
      continue;
    const { value, problem } = isMissing(field) && text === "" ? { problem: t`needs a value` } : tryValue(field, text);
    if (problem !== undefined) read.problems[field.name] = problem;
    // A new item gets its defaults where nothing was typed.
    else if (value !== undefined || item) read.values[field.name] = value ?? null;
  }
  return read;
}

/** Nothing but what is typed gives it a value. */
function isMissing({ required, default: preset }: Field): boolean {
  return required === true && preset === undefined;
}
