import { describe, expect, test } from "bun:test";
import { coerce, coerceType, type Field, fieldType, type Json, PlinthError, storageOf, typeOfCell } from "@plinth/core";

const email: Field = { name: "contact", type: "email" };

function refusal(field: Field, value: Json): string | undefined {
  try {
    coerce(field, value);
    return undefined;
  } catch (error) {
    if (error instanceof PlinthError) return error.message;
    throw error;
  }
}

describe("email", () => {
  test.each([
    "ann@example.com",
    "Ann.O'Neil+news@Mail.Example.co.uk",
    "a@b.c",
    "x_y-z@xn--bcher-kva.example",
    `${"a".repeat(64)}@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(61)}`,
  ])("keeps %s as it is", (address) => {
    expect(coerce(email, address)).toBe(address);
  });

  test.each([
    "",
    "ann",
    "ann@",
    "@example.com",
    "ann@localhost",
    "ann@example..com",
    "ann@.example.com",
    "ann@-example.com",
    "ann..b@example.com",
    ".ann@example.com",
    "ann@exa mple.com",
    " ann@example.com",
    "ann@example.com ",
    "ann@example.com\n",
    "Ann <ann@example.com>",
    "ann@example.com,bob@example.com",
    "ann@bücher.example",
    `ann@${"b".repeat(64)}.com`,
    `${"a".repeat(243)}@example.com`,
  ])("refuses %j", (address) => {
    expect(refusal(email, address)).toStartWith("contact: ");
  });

  test("refuses what is no text", () => {
    for (const value of [1, true, ["ann@example.com"], {}])
      expect(refusal(email, value)).toStartWith("contact: expected a text, got ");
  });

  test("is judged in time that grows with the text and no faster", () => {
    const began = performance.now();
    for (const part of ["a.", "a-", "a@", "a.a@a-"]) refusal(email, `${part.repeat(100_000)}!`);
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  test("takes the settings of text", () => {
    const company: Field = { ...email, pattern: "@example\\.com$", max_length: 20 };
    expect(refusal(company, "ann@example.com")).toBeUndefined();
    expect(refusal(company, "ann@example.org")).toContain("must match");
    expect(refusal(company, "someone.else@example.com")).toContain("at most 20");
  });

  test("a filter may look for any text", () => {
    expect(coerceType(email, "@example.", "filter")).toBe("@example.");
  });

  test("says so in the OpenAPI document", () => {
    expect(fieldType(email).inputSchema(email)).toEqual({ type: "string", maxLength: 254, format: "email" });
  });

  test("has the column of text, and no import guesses it", () => {
    expect(storageOf(email)).toBe("text");
    expect(typeOfCell("ann@example.com")).toBe("text");
    expect(fieldType(email).readCell("  ", "contact")).toBeUndefined();
    expect(fieldType(email).readCell(" ann@example.com", "contact")).toBe(" ann@example.com");
  });
});
