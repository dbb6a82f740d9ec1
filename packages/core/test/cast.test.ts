import { describe, expect, test } from "bun:test";
import { CAST_TYPES, type CastType, castTo, type FieldValue, PlinthError } from "@plinth/core";
import fc from "fast-check";

const cast = (value: FieldValue, type: CastType): FieldValue => castTo(type, "here")(value);

function refusal(value: FieldValue, type: CastType): unknown {
  try {
    return cast(value, type);
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    return [error.code, error.details?.field];
  }
}

describe("a cast", () => {
  test("leaves null alone", () => {
    for (const type of CAST_TYPES) expect(cast(null, type)).toBeNull();
  });

  test.each([
    ["12", "integer", 12],
    [" -7 ", "integer", -7],
    ["9007199254740993", "integer", "9007199254740993"],
    ["2.5", "integer", 3],
    ["-2.5", "integer", -3],
    [-0.4, "integer", 0],
    [true, "integer", 1],
    ["1e3", "number", 1000],
    [".5", "number", 0.5],
    ["10.00", "number", 10],
    [false, "number", 0],
    ["YES", "boolean", true],
    ["off", "boolean", false],
    [0, "boolean", false],
    [0.1, "boolean", true],
    [1.5, "text", "1.5"],
    [true, "text", "true"],
    [["a", 1], "text", '["a",1]'],
    [
      { "x y": 1, b: { d: 1, c: [{ f: 1, e: null }] }, "a\\": 2 },
      "text",
      '{"a\\\\":2,"b":{"c":[{"e":null,"f":1}],"d":1},"x y":1}',
    ],
    ["x", "text", "x"],
    ["2024-02-29", "timestamp", "2024-02-29T00:00:00.000Z"],
    ["2024-02-29T23:30:00-02:00", "date", "2024-03-01"],
  ] as [FieldValue, CastType, FieldValue][])("of %j to %s is %j", (value, type, expected) => {
    expect(cast(value, type)).toEqual(expected);
  });

  test.each([
    ["", "integer"],
    ["12a", "number"],
    ["Infinity", "number"],
    ["1e400", "number"],
    ["9".repeat(1_000_000), "integer"],
    [`${"9".repeat(1_000_000)}x`, "number"],
    [1e300, "integer"],
    [[1], "number"],
    [{}, "boolean"],
    ["2", "boolean"],
    ["2024-02-30", "date"],
    [true, "timestamp"],
  ] as [FieldValue, CastType][])("of %j to %s is refused", (value, type) => {
    expect(refusal(value, type)).toEqual(["VALIDATION", "here"]);
  });

  test("to text and back gives the value", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(cast(cast(number, "text"), "number")).toBe(number === 0 ? 0 : number);
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (integer) => {
        expect(cast(cast(integer, "text"), "integer")).toBe(integer === 0 ? 0 : integer);
      }),
    );
    fc.assert(fc.property(fc.boolean(), (value) => expect(cast(cast(value, "text"), "boolean")).toBe(value)));
  });

  test("of a cast value to the same type changes nothing, and no JSON is an accident", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...CAST_TYPES), (value, type) => {
        const once = refusal(value as FieldValue, type);
        if (!Array.isArray(once)) expect(refusal(once as FieldValue, type)).toEqual(once as never);
      }),
    );
  });
});
