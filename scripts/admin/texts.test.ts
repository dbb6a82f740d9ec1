import { expect, test } from "bun:test";
import { compareTexts, readCatalog } from "./texts.ts";

const files = await compareTexts();
const HINT = "npm run admin:texts brings the catalogs up to date";

test("there is a catalog of each language, with texts", () => {
  expect(files.map(({ language }) => language)).toEqual(["de", "en"]);
  for (const { wanted } of files) expect(wanted.size).toBeGreaterThan(50);
});

test.each(files)("$language has the texts of the code, and no others", ({ now, wanted }) => {
  const missing = [...wanted.keys()].filter((id) => !now.has(id));
  const dead = [...now.keys()].filter((id) => !wanted.has(id));
  expect({ missing, dead, [HINT]: true }).toEqual({ missing: [], dead: [], [HINT]: true });
});

test("every text is in German, with the same placeholders", () => {
  const german = files.find(({ language }) => language === "de")!.now;
  // The words of a plural stand in braces too; its number has a comma behind it.
  const placeholders = (text: string) => {
    const pattern = /, (?:plural|select),/.test(text) ? /\{\w+,|<\/?\d+\/?>/g : /\{\w+\}|<\/?\d+\/?>/g;
    return [...new Set(text.match(pattern) ?? [])].sort();
  };
  const wrong = [...german].filter(
    ([id, text]) => text === "" || String(placeholders(text)) !== String(placeholders(id.split("\u0004").at(-1)!)),
  );
  expect(wrong).toEqual([]);
});

test("a catalog is read with contexts, long texts and marks", () => {
  const text = `msgid ""
msgstr ""
"Language: de\\n"

#: src/a.tsx:1
msgid "Save"
msgstr "Speichern"

#. placeholder {0}: x
msgctxt "verb"
msgid ""
"a \\"long\\" "
"text"
msgstr ""
`;
  expect([...readCatalog(text)]).toEqual([
    ["Save", "Speichern"],
    ['verb\u0004a "long" text', ""],
  ]);
});
