import { invalid } from "../errors.ts";
import type { Json } from "../json.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import type { Field } from "./field.ts";
import { relation } from "./relation.ts";
import { isUuid, UUID_PATTERN } from "./uuid.ts";

const TARGET = "files";

/** The id of a stored file. Writes may name it by its path. */
export const file: FieldTypeDefinition = Object.freeze({
  ...relation,
  name: "file",
  target: TARGET,
  settings: ["to", "on_delete", "target_access", "bucket", "content_types", "max_bytes", "delete_with_item"],
  complete: (field: Field): Field => ({
    ...field,
    to: field.to ?? TARGET,
    on_delete: field.on_delete ?? (field.required ? "restrict" : "set_null"),
  }),
  checkSettings(field: Field, at: string): void {
    if (field.to !== TARGET) throw invalid(`${at}.to`, `a field of the type file refers to ${TARGET}`);
    relation.checkSettings!(field, at);
  },
  coerce(_field: Field, value: Json, path: string): string {
    if (!isUuid(value)) throw invalid(path, "expected the id of a file; writes also take its path");
    return value.toLowerCase();
  },
  lookup({ bucket }: Field, text: string) {
    const isId: boolean = isUuid(text);
    if (isId || text === "") return undefined;
    const end = bucket === undefined ? text.indexOf("/") : -1;
    if (bucket === undefined && end < 1) return undefined;
    return { bucket: bucket ?? text.slice(0, end), path: text.slice(end + 1).normalize("NFC") };
  },
  inputSchema: ({ bucket }: Field) => ({
    type: "string",
    pattern: `${UUID_PATTERN}|${bucket === undefined ? "^[^/]+/.+$" : "^.+$"}`,
  }),
} satisfies FieldTypeDefinition);
