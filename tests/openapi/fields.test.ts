import { expect, test } from "bun:test";
import { coerce, type Field, fieldType, type Json, PlinthError } from "@plinth/core";
import { anyJson, anyValue, storedFields, things } from "@plinth/core/testing";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";

const ajv = addFormats(new Ajv({ strict: false }));

const bounded: Field[] = [
  { name: "short", type: "text", min_length: 1, max_length: 3 },
  { name: "letters", type: "text", pattern: "^[a-z]+$" },
  { name: "year", type: "integer", min: 1900, max: 2100 },
  { name: "share", type: "number", min: 0, max: 1 },
  { name: "whole", type: "decimal", precision: 4, scale: 0 },
  { name: "part", type: "decimal", precision: 3, scale: 3 },
];
const cases = [...storedFields(things), ...bounded].map((field) => [`${field.type} ${field.name}`, field] as const);

const fraction = fc.tuple(fc.nat(9999), fc.nat(9999)).map(([a, b]) => `${a}.${b}`);
const candidate = fc.oneof(
  anyJson,
  fraction,
  fc.constantFrom<Json>("+1.5", "-0.50", "007", "1.", ".5", "1e3", 0.5, 1.25, 1999, "2024-02-30", "2024-02-28"),
  fc.constantFrom<Json>("2024-05-01 10:00", "2024-05-01T10:00:00+02:00", "2024-05-01T25:00", "20240501", 1.5e12),
  ...storedFields(things).map((field) => anyValue(field)),
);

function accepted(field: Field, value: Json): Json | undefined {
  try {
    return coerce(field, value);
  } catch (error) {
    if (error instanceof PlinthError) return undefined;
    throw error;
  }
}

/** What a schema cannot judge: calendars, and how many digits a number prints. */
const WIDER = new Set<Field["type"]>(["timestamp", "date", "decimal", "json"]);

test.each(cases)("the schema of %s agrees with what the server takes and gives", (_name, field) => {
  const input = ajv.compile(fieldType(field).inputSchema(field));
  const output = ajv.compile(fieldType(field).rowSchema(field));
  fc.assert(
    fc.property(candidate, (value) => {
      fc.pre(value !== null);
      const taken = accepted(field, value);
      if (taken !== undefined) {
        expect([value, input(value)]).toEqual([value, true]);
        expect([taken, output(taken)]).toEqual([taken, true]);
      } else if (!WIDER.has(field.type)) {
        expect([value, input(value)]).toEqual([value, false]);
      } else if (field.type === "decimal" && typeof value === "string") {
        expect([value, input(value)]).toEqual([value, false]);
      }
    }),
    { numRuns: 1000 },
  );
});
