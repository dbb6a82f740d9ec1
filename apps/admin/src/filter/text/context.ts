import { fieldType, nearest } from "@plinth/core";
import { type CollectionInfo, titleField } from "../../data/collection-info.ts";
import { type FilterField, fieldAt, filterFields } from "../fields.ts";

/** What a text is read against: the fields of one collection, on their own and over relations. */
export interface TextContext {
  /** Those that are offered. */
  readonly fields: readonly FilterField[];
  /** The field of a path as it is typed, in any case; `undefined`: there is none. */
  find(path: string): FilterField | undefined;
  /** The path that is probably meant. */
  near(path: string): string | undefined;
  /** A field that leads to one item or to many: the path of the text by which people know them. */
  titlePath(field: FilterField): string | undefined;
}

export function textContext(collection: CollectionInfo, all: readonly CollectionInfo[]): TextContext {
  const fields = filterFields(collection, all);
  return {
    fields,
    find(path) {
      const exact = fieldAt(path, collection, all);
      const other = exact ? undefined : fields.find((field) => field.path === path.toLowerCase());
      return exact ?? other;
    },
    near: (path) =>
      nearest(
        path,
        fields.map((field) => field.path),
      ),
    titlePath({ path, field }) {
      const target = fieldType(field).kind === "json" ? undefined : all.find(({ slug }) => slug === field.to);
      return target && `${path}.${titleField(target)}`;
    },
  };
}
