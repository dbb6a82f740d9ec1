import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { likeToGlob, matchesLike } from "@plinth/core";
import fc from "fast-check";

test.each([
  ["a%c", ["ac", "abc", "abbc"], ["abcd", "Abc", "bac"]],
  ["_b%", ["ab", "😀bc"], ["b", "abab".slice(1)]],
  ["%a%b", ["ab", "aab", "axaxb"], ["ba", "aba"]],
  ["50\\%", ["50%"], ["50", "500"]],
  ["[*?", ["[*?"], ["x", "[ab"]],
])("%s", (pattern, matching, others) => {
  for (const text of matching) expect(matchesLike(text, pattern)).toBe(true);
  for (const text of others) expect(matchesLike(text, pattern)).toBe(false);
});

test("decides as the database does, for the same pattern as a glob", () => {
  const database = new Database(":memory:");
  const glob = database.query<{ is: number }, [string, string]>('select ?1 glob ?2 as "is"');
  const anyText = fc.array(fc.constantFrom("a", "b", "%", "_", "*", "?", "[", "]", "^", "-", "😀"), { maxLength: 7 });
  const anyPart = fc.constantFrom("%", "_", "\\%", "\\_", "\\\\", "a", "b", "*", "?", "[", "]", "^", "-", "😀");
  fc.assert(
    fc.property(anyText, fc.array(anyPart, { maxLength: 6 }), (characters, parts) => {
      const [text, pattern] = [characters.join(""), parts.join("")];
      expect(matchesLike(text, pattern)).toBe(glob.get(text, likeToGlob(pattern))!.is === 1);
    }),
    { numRuns: 5000 },
  );
});

test("takes time that grows with the text and the pattern, not faster", () => {
  const began = performance.now();
  expect(matchesLike("a".repeat(20_000), "%a%a%a%a%a%a%a%a%a%a%a%a%b")).toBe(false);
  expect(performance.now() - began).toBeLessThan(20_000);
});
