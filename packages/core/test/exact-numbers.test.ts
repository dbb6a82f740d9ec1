import { describe, expect, test } from "bun:test";
import {
  coerce,
  type Field,
  fieldType,
  isExactNumber,
  type Json,
  PlinthError,
  parseConverted,
  requireExactNumbers,
} from "@plinth/core";
import fc from "fast-check";

const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });

function refusedField(json: string, prefix?: string): unknown {
  try {
    requireExactNumbers(json, prefix);
  } catch (error) {
    return error instanceof PlinthError ? error.details?.field : error;
  }
  return undefined;
}

describe("exact numbers", () => {
  test("every double is exact in each of its prints", () => {
    fc.assert(
      fc.property(anyDouble, fc.integer({ min: 17, max: 40 }), (value, digits) => {
        expect(isExactNumber(String(value))).toBeTrue();
        expect(isExactNumber(JSON.stringify(value))).toBeTrue();
        if (!Number.isInteger(value)) expect(isExactNumber(value.toPrecision(digits))).toBeTrue();
      }),
      { numRuns: 2000 },
    );
  });

  test("a whole number is exact where a double is written like it", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (value) => {
        const written = Number(value).toLocaleString("en-US", { useGrouping: false });
        expect(isExactNumber(String(value))).toBe(written === String(value));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    "9007199254740993",
    "-750727362669608961",
    "12345678901234567890.5",
    "1234567890123456.78",
    "0.12345678901234567890",
    "9007199254740992.5",
    "1e-400",
    "1e400",
    `1${"0".repeat(900)}`,
  ])("%s is not", (source) => expect(isExactNumber(source)).toBeFalse());

  test.each(["0", "-0", "0.0e5", "1.50", "9007199254740994", "1e22", "1E+2", "0.10000000000000001", "4.9e-324"])(
    "%s is",
    (source) => expect(isExactNumber(source)).toBeTrue(),
  );

  test("a refusal names the number's path", () => {
    expect(refusedField('{"d": 9007199254740993}')).toBe("d");
    expect(refusedField('[{"a": [1, 2]}, {"a": {"b": [[], {}, 9007199254740993]}}]')).toBe("1.a.b.2");
    expect(refusedField('{"\\u0061\\"": {"x": 1, "y": 1e-400}}')).toBe('a".y');
    expect(refusedField("9007199254740993")).toBe("body");
    expect(refusedField('{"n": {"_gt": 9007199254740993}}', "filter")).toBe("filter.n._gt");
  });

  test.each([
    [`1${"0".repeat(400)}`, `the number 1${"0".repeat(39)}… is too large`],
    ["9007199254740993", "use a decimal or text field and send it as text"],
  ])("a refusal of %s quotes it as it was sent, with advice that can be followed", (source, message) => {
    for (const json of [source, `{"f":${source}}`, `{"f":[1,${source} ],"g":1}`])
      expect(() => requireExactNumbers(json)).toThrow(message);
  });

  test("a cell is a text already", () => {
    const field: Field = { name: "f", type: "number" };
    const cell = () => fieldType(field).readCell("0.1234567890123456789", "f");
    expect(cell).toThrow("would become 0.12345678901234568; to keep all digits, use a decimal or text field");
    expect(cell).not.toThrow("send it");
  });

  test.each(["number", "integer", "decimal"] as const)("a %s that JSON's reader made infinite is too large", (type) => {
    const field: Field = { name: "f", type };
    expect(() => coerce(field, JSON.parse("1e400"))).toThrow(/^f: expected .*, got a number that is too large$/);
  });

  test("digits inside texts and keys are no numbers", () => {
    expect(refusedField('{"9007199254740993": "9007199254740993", "a": "\\"9007199254740993"}')).toBeUndefined();
    expect(refusedField('["\\\\", "x9007199254740993,", 1.000000000000000000]')).toBeUndefined();
  });

  test("zeros within a number take no longer to look at than other digits", () => {
    const fastest = (source: string): number => {
      const json = `[${Array.from({ length: 500 }, () => source).join()}]`;
      const times = Array.from({ length: 5 }, () => {
        const began = performance.now();
        expect(parseConverted(json)).toHaveLength(500);
        return performance.now() - began;
      });
      return Math.min(...times);
    };
    const within = (digit: string): string => `0.1${digit.repeat(780)}1`;
    expect(fastest(within("0"))).toBeLessThan(5 * fastest(within("3")) + 5);
  });

  test("what JSON writes is never refused", () => {
    fc.assert(
      fc.property(fc.json(), (json) => expect(refusedField(json)).toBeUndefined()),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.array(anyDouble), (list) => expect(refusedField(JSON.stringify(list))).toBeUndefined()),
      { numRuns: 500 },
    );
  });

  test("converted, they are texts at any depth, and all else is as it was", () => {
    expect(parseConverted('{"id": 750727362669608961, "a": [1, {"b": 12345678901234567890.5}], "c": "\\n"}')).toEqual({
      id: "750727362669608961",
      a: [1, { b: "12345678901234567890.5" }],
      c: "\n",
    });
    fc.assert(fc.property(fc.json(), (json) => expect(parseConverted(json)).toEqual(JSON.parse(json))));
  });
});

describe("a decimal takes numbers that are certain", () => {
  const units = (scale: number): Field => ({ name: "d", type: "decimal", precision: 18, scale });
  const take = (scale: number, value: Json): Json | undefined => {
    try {
      return coerce(units(scale), value);
    } catch {
      return undefined;
    }
  };

  test.each([
    [2, 12.5, "12.50"],
    [0, 9007199254740991, "9007199254740991"],
    [0, 123456789012345, "123456789012345"],
    [0, 1e17, "100000000000000000"],
    [18, 1e-7, "0.000000100000000000"],
    [18, 1.5e-25, undefined],
    [2, 1234567890123456.8, undefined],
    [0, 123456789012345680, undefined],
    [2, 1e21, undefined],
  ])("scale %p: %p", (scale, value, expected) => expect(take(scale, value)).toBe(expected as string));
});
