import { describe, expect, test } from "bun:test";
import { LANGUAGES, languageFor, withValues } from "./index.ts";

type Texts = string | { readonly [key: string]: Texts };

function flat(texts: Texts, path = ""): [string, string][] {
  if (typeof texts === "string") return [[path, texts]];
  return Object.entries(texts).flatMap(([key, value]) => flat(value, path ? `${path}.${key}` : key));
}

const [english, ...others] = LANGUAGES;
const wanted = flat(english!.messages);
const namesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe.each(others.map(({ code, messages }) => [code, flat(messages)] as const))("%s", (_, found) => {
  test("says all that English says, and nothing else", () => {
    expect(found.map(([key]) => key)).toEqual(wanted.map(([key]) => key));
    for (const [key, text] of found) expect([key, text.trim()]).toEqual([key, text || "a text"]);
  });

  test("has the same values in its texts", () => {
    const names = (texts: [string, string][]) => texts.map(([key, text]) => [key, ...namesIn(text)].join(" "));
    expect(names(found)).toEqual(names(wanted));
  });

  test("is translated: few texts are the same as in English", () => {
    const english = new Map(wanted);
    const same = found.filter(([key, text]) => english.get(key) === text);
    expect(same.length).toBeLessThan(wanted.length / 20);
  });
});

test("the address decides on the language, then the browser, then English", () => {
  const code = (asked: string | null, accepted: string | null) => languageFor(asked, accepted).code;
  expect(code("fr", "de")).toBe("fr");
  expect(code("DE", null)).toBe("de");
  expect(code("xx", "es-MX,es;q=0.9,en;q=0.8")).toBe("es");
  expect(code(null, "pl;q=0.9, de-AT;q=0.5, en;q=0.1")).toBe("de");
  expect(code(null, "pl")).toBe("en");
  expect(code("../../etc", "*;q=x")).toBe("en");
  expect(code(null, null)).toBe("en");
});

test("values are put in by name, once", () => {
  expect(withValues("{a} and {b} and {c}", { a: "{b}", b: "2" })).toBe("{b} and 2 and {c}");
});
