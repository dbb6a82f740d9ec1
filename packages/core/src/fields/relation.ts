import { invalid } from "../errors.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import { UUID_BASE } from "./uuid.ts";

/** The id of an item of the collection `to`. */
export const relation: FieldTypeDefinition = Object.freeze({
  ...UUID_BASE,
  name: "relation",
  kind: "reference",
  settings: ["to", "on_delete", "target_access"],
  checkSettings(field, at) {
    if (!field.to) throw invalid(`${at}.to`, "expected the collection that the relation points to");
    if (field.on_delete === "set_null" && field.required)
      throw invalid(`${at}.on_delete`, "a required relation cannot become null");
    if (field.target_access === "none" && (field.on_delete ?? "restrict") === "restrict") {
      const why =
        "anyone who cannot see an item must not keep others from deleting it: on_delete must be cascade or set_null";
      throw invalid(`${at}.target_access`, why);
    }
  },
  defaults: [],
  operators: [],
} satisfies FieldTypeDefinition);
