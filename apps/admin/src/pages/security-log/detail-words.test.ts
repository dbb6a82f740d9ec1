import { expect, test } from "bun:test";
import { detailWords } from "./detail-words.ts";

test("details are read as text", () => {
  expect(detailWords(null)).toBe("–");
  expect(detailWords({ before: [], roles: ["editor", "author"] })).toBe("before: – · roles: editor, author");
  const rule = { id: "1", role: "editor", effect: "allow", action: "read" };
  expect(detailWords({ rules: [rule] })).toBe("rules: editor allow read");
  expect(detailWords({ reply_to: { a: 1 }, issuer: null })).toBe('reply to: {"a":1} · issuer: –');
});
