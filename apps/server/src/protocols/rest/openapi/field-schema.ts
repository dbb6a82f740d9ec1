import { DEFAULT_PRECISION, DEFAULT_SCALE, type Field, type Json } from "@plinth/core";
import { type JsonSchema, nullable } from "../../../http/openapi/json-schema.ts";

const UUID_PATTERN = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";
const MAX_LENGTHS: Partial<Record<Field["type"], number>> = { text: 255, longtext: 10_000_000, file: 1024 };

/** What a row holds for the field, null left aside. */
export function valueSchema(field: Field): JsonSchema {
  switch (field.type) {
    case "text":
    case "longtext":
    case "file":
      return { type: "string" };
    case "enum":
      return { type: "string", enum: field.values ?? [] };
    case "integer":
      return { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
    case "number":
      return { type: "number" };
    case "decimal":
      return { type: "string", pattern: decimalPattern(field, "exact") };
    case "boolean":
      return { type: "boolean" };
    case "json":
      return {};
    case "timestamp":
      return { type: "string", format: "date-time" };
    case "date":
      return { type: "string", format: "date" };
    case "uuid":
    case "relation":
      return { type: "string", format: "uuid" };
    case "relation_many":
      return { type: "array", items: { type: "object" } };
  }
}

/**
 * What a create or patch may give for the field, null left aside. It says what `coerce` accepts, as far as a schema can:
 * calendars, and the bounds of decimals, dates and times, are the server's to judge.
 */
export function inputSchema(field: Field): JsonSchema {
  switch (field.type) {
    case "text":
    case "longtext":
    case "file":
      return { type: "string", ...textBounds(field) };
    case "integer":
      return { ...valueSchema(field), ...numberBounds(field) };
    case "number":
      return { type: "number", ...numberBounds(field) };
    case "decimal":
      return { anyOf: [{ type: "string", pattern: decimalPattern(field, "loose") }, { type: "number" }] };
    case "timestamp":
      return {
        anyOf: [
          { type: "string", pattern: TIMESTAMP, examples: ["2024-05-01T10:00:00Z"] },
          { type: "integer", description: "Milliseconds since 1970-01-01T00:00:00Z" },
        ],
      };
    case "uuid":
    case "relation":
      return { type: "string", pattern: UUID_PATTERN };
    default:
      return valueSchema(field);
  }
}

const TIMESTAMP = "^\\d{4}-\\d{2}-\\d{2}([Tt ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?\\s?([Zz]|[+-]\\d{2}:?\\d{2})?)?$";

function textBounds(field: Field): JsonSchema {
  return {
    ...(field.minLength !== undefined && { minLength: field.minLength }),
    maxLength: field.maxLength ?? MAX_LENGTHS[field.type]!,
    ...(field.pattern !== undefined && { pattern: field.pattern }),
  };
}

function numberBounds(field: Field): JsonSchema {
  return {
    ...(field.min !== undefined && { minimum: Number(field.min) }),
    ...(field.max !== undefined && { maximum: Number(field.max) }),
  };
}

/** `exact`: with all digits after the point, as rows have it. `loose`: every spelling that is taken. */
function decimalPattern(field: Field, form: "exact" | "loose"): string {
  const scale = field.scale ?? DEFAULT_SCALE;
  const before = (field.precision ?? DEFAULT_PRECISION) - scale;
  if (form === "exact") {
    const whole = before === 0 ? "0" : `(0|[1-9]\\d{0,${before - 1}})`;
    return scale === 0 ? `^-?${whole}$` : `^-?${whole}\\.\\d{${scale}}$`;
  }
  const whole = before === 0 ? "0+" : `0*\\d{1,${before}}`;
  return scale === 0 ? `^[+-]?${whole}(\\.0+)?$` : `^[+-]?${whole}(\\.(?=\\d)\\d{0,${scale}}0*)?$`;
}

/** The property of a row. */
export function rowProperty(field: Field, mayBeHidden: boolean): JsonSchema {
  const value = valueSchema(field);
  const always = field.required === true && !mayBeHidden;
  return { ...(always ? value : orNull(value)), ...remarks(field) };
}

/** The property of a create or patch. */
export function inputProperty(field: Field): JsonSchema {
  const value = inputSchema(field);
  const byDefault: Json | undefined = field.default;
  return {
    ...(field.required ? value : orNull(value)),
    ...remarks(field),
    ...(byDefault !== undefined && byDefault !== "$now" && byDefault !== "$uuid" && { default: byDefault }),
  };
}

function orNull(schema: JsonSchema): JsonSchema {
  return Object.keys(schema).length === 0 ? schema : nullable(schema);
}

function remarks(field: Field): JsonSchema {
  const target = field.type === "relation" ? `The id of an item of ${field.to}.` : undefined;
  const description = [field.note, target].filter((text) => text !== undefined).join(" ");
  return description === "" ? {} : { description };
}
