import type { CollectionDefinition, Field } from "@plinth/core";

/** A collection as the API describes it. */
export interface CollectionInfo extends CollectionDefinition {
  readonly id: string;
  /** `id`, times, owner and version. */
  readonly system_fields: readonly Field[];
  readonly version: number;
  readonly created_at: string;
  /** Names of fields that are left out, because the user that the operator views as may not read them. */
  readonly hidden?: readonly string[];
}

/** As somebody sees it who may read only these fields; null: all of them. */
export function visibleCollection(collection: CollectionInfo, readable: readonly string[] | null): CollectionInfo {
  if (readable === null) return collection;
  const names = new Set(["id", ...readable]);
  const isSeen = ({ name }: Field): boolean => names.has(name);
  const hidden = fieldsOf(collection).filter((field) => !isSeen(field));
  if (hidden.length === 0) return collection;
  return {
    ...collection,
    fields: collection.fields.filter(isSeen),
    system_fields: collection.system_fields.filter(isSeen),
    hidden: hidden.map(({ name }) => name),
  };
}

/** Declared and system fields, in the order of answers. */
export function fieldsOf({ fields, system_fields }: CollectionInfo): readonly Field[] {
  const [id, ...rest] = system_fields;
  return [...(id ? [id] : []), ...fields, ...rest];
}

/** Those that people work with, in the order of lists: their own, then those of the system. What files are stored in has no page. */
export function listedCollections<Info extends Pick<CollectionInfo, "system">>(all: readonly Info[]): readonly Info[] {
  const shown = all.filter(({ system }) => system !== "file_contents");
  return [...shown.filter(({ system }) => !system), ...shown.filter(({ system }) => system)];
}

/** The field by which people know an item: a text that is unique or called so, else the first text, else the id. */
export function titleField({ fields }: Pick<CollectionDefinition, "fields">): string {
  const texts = fields.filter(({ type }) => TITLE_TYPES.has(type));
  const named = TITLE_NAMES.map((name) => texts.find((field) => field.name === name)).find(Boolean);
  return (named ?? texts.find(({ unique }) => unique) ?? texts[0])?.name ?? "id";
}

const TITLE_TYPES: ReadonlySet<string> = new Set(["text", "email", "slug", "url"]);
const TITLE_NAMES = ["title", "name", "label", "subject", "email"] as const;
