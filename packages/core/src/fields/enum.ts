import { invalid } from "../errors.ts";
import { suggest } from "../nearest.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import { TEXT_BASE } from "./string.ts";

/** One of the field's `values`, a text. */
export const enumeration: FieldTypeDefinition = Object.freeze({
  ...TEXT_BASE,
  name: "enum",
  check(field, value, path) {
    const { values = [] } = field;
    if (!values.includes(value as string))
      throw invalid(path, `is none of the values${suggest(String(value), values, "expected one of")}`);
  },
  settings: ["values"],
  checkSettings({ values }, at) {
    if (!values) throw invalid(`${at}.values`, "an enum needs a list of values");
    if (new Set(values).size < values.length) throw invalid(`${at}.values`, "a value is listed twice");
  },
  readScalar: String,
  rowSchema: ({ values = [] }) => ({ type: "string", enum: values }),
  inputSchema: ({ values = [] }) => ({ type: "string", enum: values }),
} satisfies FieldTypeDefinition);
