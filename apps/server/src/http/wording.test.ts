import { expect, test } from "bun:test";
import { PlinthError } from "@plinth/core";
import * as z from "zod";
import { parseValue } from "./validate.ts";

const schema = z.strictObject({
  text: z.string().min(2).max(3).optional(),
  whole: z.int().min(1).max(9).optional(),
  flag: z.boolean().optional(),
  one: z.enum(["a", "b"]).optional(),
  mode: z.enum(["open", "closed"]).optional(),
  email: z.email("must be an email address").optional(),
  sure: z.literal(true).optional(),
  list: z.array(z.string()).max(2).optional(),
  either: z.union([z.number(), z.array(z.string())]).optional(),
  named: z.record(z.string().regex(/^[a-z]+$/, "must be a name"), z.int()).optional(),
  at: z.iso.datetime().optional(),
  link: z.url().optional(),
  code: z.string().regex(/^x/).optional(),
  even: z
    .number()
    .refine((n) => n % 2 === 0)
    .optional(),
});

const refusals = (value: object): [string, string][] => {
  try {
    parseValue(schema, value);
  } catch (error) {
    const { issues } = (error as PlinthError).details as { issues: { field: string; message: string }[] };
    return issues.map(({ field, message }) => [field, message]);
  }
  return [];
};

test.each<[object, string, string]>([
  [{ text: 1 }, "text", "expected a text, got a whole number"],
  [{ text: null }, "text", "expected a text, got null"],
  [{ text: "x" }, "text", "must have at least 2 characters"],
  [{ text: "xxxx" }, "text", "must have at most 3 characters"],
  [{ whole: "1" }, "whole", "expected a whole number, got a text"],
  [{ whole: 1.5 }, "whole", "expected a whole number, got a fraction"],
  [{ whole: 0 }, "whole", "must be at least 1"],
  [{ whole: 10 }, "whole", "must be at most 9"],
  [{ flag: "true" }, "flag", "expected true or false, got a text"],
  [{ one: "c" }, "one", "expected a or b"],
  [{ mode: "opne" }, "mode", "there is no such value; did you mean open? (expected open or closed)"],
  [{ email: "x" }, "email", "must be an email address"],
  [{ sure: false }, "sure", "expected true"],
  [{ list: "long text" }, "list", "expected a list, got a text"],
  [{ list: ["a", "b", "c"] }, "list", "must have at most 2 entries"],
  [{ list: [1] }, "list.0", "expected a text, got a whole number"],
  [{ either: true }, "either", "expected a number or a list"],
  [{ named: [] }, "named", "expected an object, got a list"],
  [{ named: { A: 1 } }, "named.A", "must be a name"],
  [{ at: "2024" }, "at", "expected a date and time such as 2024-05-01T10:00:00Z"],
  [{ link: "x" }, "link", "expected an address such as https://example.com/picture.png"],
  [{ code: "y" }, "code", "has the wrong format"],
  [{ even: 1 }, "even", "is not valid"],
])("%j is reported once, in Plinth's own words", (value, field, message) => {
  expect(refusals(value)).toEqual([[field, message]]);
});

test("an unknown key is reported with the known ones, each on its own", () => {
  const known = Object.keys(schema.shape).join(", ");
  expect(refusals({ txt: 1, lst: 2 })).toEqual([
    ["txt", `there is no such field; use ${known}`],
    ["lst", `there is no such field; use ${known}`],
  ]);
});

test("what is missing is required, whatever it would have been", () => {
  for (const part of [
    z.string(),
    z.enum(["a", "b"]),
    z.array(z.string()),
    z.json(),
    z.union([z.string(), z.int()]),
    z.email("own words"),
  ]) {
    const read = (): unknown => parseValue(z.strictObject({ part }), {});
    expect(read).toThrow(new PlinthError("VALIDATION", "part: is required."));
  }
});
