import { expect, mock, test } from "bun:test";
import { i18n } from "@lingui/core";
import { PlinthClientError } from "@plinth/client";

// The build replaces macros; a test runs without the build.
mock.module("@lingui/core/macro", () => ({
  msg: (text: TemplateStringsArray | { readonly message: string }) => {
    const message = "message" in text ? text.message : text[0];
    return { id: message, message };
  },
}));

test("a code is said in the language of the admin, and what it does not know as the server says it", async () => {
  const { errorWords, originalWords } = await import("./error-words.ts");
  const taken = new PlinthClientError("UNIQUE_VIOLATION", "isbn: another item has it", 409, {
    details: { field: "isbn" },
  });
  const wrong = new PlinthClientError("VALIDATION", "isbn: must be a text", 422);
  i18n.loadAndActivate({ locale: "en", messages: {} });
  expect([errorWords(taken), originalWords(taken)]).toEqual(["isbn: another item has it", undefined]);
  i18n.loadAndActivate({
    locale: "de",
    messages: { "Another item already has this value.": "Ein anderer Eintrag hat diesen Wert schon." },
  });
  expect(errorWords(taken)).toBe("isbn: Ein anderer Eintrag hat diesen Wert schon.");
  expect(originalWords(taken)).toBe("isbn: another item has it");
  expect([errorWords(wrong), originalWords(wrong)]).toEqual(["isbn: must be a text", undefined]);
});

test("what is wrong with a value is said in the language of the admin, with its limits", async () => {
  const { errorWords, originalWords } = await import("./error-words.ts");
  const wrong = (message: string) =>
    new PlinthClientError("VALIDATION", `pages: ${message}`, 422, { details: { field: "pages" } });
  i18n.loadAndActivate({
    locale: "de",
    messages: {
      "It must be at most {limit}.": [["Höchstens ", ["limit"], "."]].flat() as never,
      "It must be a number.": "Das muss eine Zahl sein.",
    },
  });
  expect(errorWords(wrong("must be at most 9"))).toBe("pages: Höchstens 9.");
  expect(originalWords(wrong("must be at most 9"))).toBe("pages: must be at most 9");
  expect(errorWords(wrong('expected a number, got "x"'))).toBe("pages: Das muss eine Zahl sein.");
  expect(errorWords(wrong("is somehow odd"))).toBe("pages: is somehow odd");
});
