import { invalid } from "../errors.ts";
import type { Json, JsonObject } from "../json.ts";
import type { FieldSetting, FieldTypeDefinition } from "./definition.ts";
import type { Field } from "./field.ts";
import { file } from "./file.ts";
import { relationMany } from "./relation-many.ts";
import { UUID_PATTERN } from "./uuid.ts";

const TARGET = "files";
const LIMITS: readonly FieldSetting[] = ["bucket", "content_types", "max_bytes", "max_count"];
const SETTINGS: readonly FieldSetting[] = [
  "to",
  "via",
  "through",
  "target",
  "on_delete",
  ...LIMITS,
  "delete_with_item",
];

/** Stored files in an order. They are items of a junction, each with the place of one file. */
export const files: FieldTypeDefinition = Object.freeze({
  ...relationMany,
  name: "files",
  target: TARGET,
  order: { name: "position", type: "number", required: true },
  settings: SETTINGS,
  complete: (field: Field, slug: string | undefined): Field => ({
    ...field,
    to: field.to ?? TARGET,
    ...(slug !== undefined && { through: field.through ?? `${slug}_${field.name}` }),
    via: field.via ?? "item",
    target: field.target ?? "file",
    on_delete: field.on_delete ?? "set_null",
  }),
  checkSettings(field: Field, at: string): void {
    if (field.to !== TARGET) throw invalid(`${at}.to`, `a field of the type files refers to ${TARGET}`);
    if (field.on_delete === "cascade")
      throw invalid(`${at}.on_delete`, "must be set_null, so that a deleted file leaves the list, or restrict");
    // Its junction is named after the collection, which is not known here.
    relationMany.checkSettings!({ ...field, through: field.through ?? field.name }, at);
  },
  link: ({ target, on_delete, delete_with_item }: Field): Field => ({
    ...{ name: target!, type: "file", to: TARGET, required: true },
    on_delete: on_delete === "restrict" ? "restrict" : "cascade",
    ...(delete_with_item && { delete_with_item }),
  }),
  coerce({ name, through = "its junction" }: Field, _value: Json, path: string): Json {
    throw invalid(path, `${name} is a list of files and no value of the item; import its files into ${through}`);
  },
  lookup: file.lookup!,
  inputSchema: (field: Field) => {
    const one = file.inputSchema(field);
    const id = { type: "string", pattern: UUID_PATTERN };
    const link = { type: "object", properties: { id }, required: ["id"] };
    const list: JsonObject = { type: "array", items: { anyOf: [one, link] } };
    if (field.max_count !== undefined) list.maxItems = field.max_count;
    const properties = { set: list, link: list, unlink: { type: "array", items: id } };
    return { anyOf: [list, { type: "object", properties, additionalProperties: false }] };
  },
} satisfies FieldTypeDefinition);
