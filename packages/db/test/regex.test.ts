import { expect, test } from "bun:test";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { compilePattern, matchesRegex, regexToAre } from "@plinth/core";
import fc from "fast-check";

const CHARACTERS = [
  "a",
  "b",
  "B",
  "1",
  "_",
  "-",
  "^",
  "]",
  "[",
  ".",
  " ",
  "\n",
  "\u00a0",
  "\u2028",
  "é",
  "😀",
  "\\",
  "$",
  "{",
  "/",
];
const atom = fc.constantFrom(
  ...[
    "a",
    "b",
    "B",
    "1",
    "_",
    "é",
    "😀",
    ".",
    "\\d",
    "\\w",
    "\\s",
    "\\D",
    "\\W",
    "\\S",
    "\\.",
    "\\\\",
    "\\[",
    "\\n",
    "\\u{1F600}",
    "\\u00e9",
  ],
  ...[
    "[ab]",
    "[^ab]",
    "[a-c]",
    "[\\w-]",
    "[-a]",
    "[^\\s]",
    "[\\]^]",
    "[a^]",
    "[\\d\\-_]",
    "[😀é]",
    "[.$]",
    "^",
    "$",
    "-",
    "_",
  ],
);
const piece = fc
  .tuple(atom, fc.constantFrom("", "", "", "*", "+", "?", "*?", "{2}", "{1,3}", "{0,}", "{2,}?"))
  .map(([one, times]) => (one === "^" || one === "$" ? one : one + times));
const branch = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(""));
const anyPattern = fc
  .tuple(branch, branch, branch, fc.constantFrom("a|b", "(a)b", "a(?:b|c)", "(a|b)c", "a", "(a)?b", "(?:ab)+c"))
  .map(([a, b, c, form]) => form.replace(/[abc]/g, (name) => ({ a, b, c })[name]!))
  .filter((pattern) => {
    try {
      compilePattern(pattern);
      return true;
    } catch {
      return false;
    }
  });
const anyText = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 8 }).map((all) => all.join(""));

test("Postgres matches a pattern as the evaluator does", async () => {
  const driver = memoryPglite();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(anyPattern, anyText), { minLength: 200, maxLength: 200 }), async (pairs) => {
      const sql = `select (t collate "C") ~ p as matches from jsonb_to_recordset($1::text::jsonb) as x (p text, t text)`;
      const param = JSON.stringify(pairs.map(([pattern, text]) => ({ p: regexToAre(pattern), t: text })));
      const rows = await driver.all({ sql, params: [param] });
      const decided = pairs.map(([pattern, text]) => ({ pattern, text, matches: matchesRegex(text, pattern) }));
      expect(rows.map(({ matches }, i) => ({ ...decided[i]!, matches }))).toEqual(decided);
    }),
    { numRuns: 8 },
  );
  await driver.close?.();
});
