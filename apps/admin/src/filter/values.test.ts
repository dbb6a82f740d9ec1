import { expect, test } from "bun:test";
import type { Field, Json } from "@plinth/core";
import { asPlain, isVariable, readList, readValue, textOf } from "./values.ts";

const field = (type: Field["type"]): Field => ({ name: "f", type });

test("a typed text that looks like a variable stays a text", () => {
  expect(asPlain("$user.id")).toEqual({ $literal: "$user.id" });
  expect(asPlain("{{user.id}}")).toEqual({ $literal: "{{user.id}}" });
  expect(asPlain("plain")).toBe("plain");
  expect(textOf({ $literal: "$5" })).toBe("$5");
});

test("variables are known by their forms", () => {
  const forms: Json[] = [
    "$user.id",
    "$user.claims.tenant",
    "$now",
    { $now: { sub: { days: 7 } } },
    "user",
    { $literal: "$now" },
    1,
  ];
  expect(forms.map(isVariable)).toEqual([true, true, true, true, false, false, false]);
});

test("values are read by the type of the field, numbers exactly", () => {
  expect(readValue("12", field("integer"))).toBe(12);
  expect(readValue("9007199254740993", field("integer"))).toBe("9007199254740993");
  expect(readValue("1.10", field("decimal"))).toBe("1.10");
  expect(readValue("1.", field("decimal"))).toBeUndefined();
  expect(readValue("1e3", field("number"))).toBe(1000);
  expect(readValue("true", field("boolean"))).toBe(true);
  expect(readValue("12", field("text"))).toBe("12");
  expect(readValue("12", field("json"), true)).toBe(12);
  expect(readValue("a", field("json"), true)).toBe("a");
});

test("lists are one value a line, or between commas", () => {
  expect(readList("a, b", field("text"))).toEqual(["a", "b"]);
  expect(readList("a, b\nc", field("text"))).toEqual(["a, b", "c"]);
  expect(readList("1, x", field("integer"))).toBeUndefined();
  expect(readList(" ", field("text"))).toBeUndefined();
});
