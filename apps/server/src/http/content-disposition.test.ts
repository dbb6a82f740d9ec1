import { expect, test } from "bun:test";
import { contentDisposition, dispositionOf } from "./content-disposition.ts";

test("a name in ASCII is quoted, any other is encoded beside it", () => {
  expect(contentDisposition("inline", "cat.png")).toBe('inline; filename="cat.png"');
  expect(contentDisposition("attachment", 'a"b\\c%41.txt')).toBe(
    "attachment; filename=\"a_b_c_41.txt\"; filename*=UTF-8''a%22b%5Cc%2541.txt",
  );
  expect(contentDisposition("attachment", "Größe (1).txt")).toBe(
    "attachment; filename=\"Gr__e (1).txt\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%281%29.txt",
  );
});

test.each([
  ["image/png", undefined, "inline"],
  ["image/png", "attachment", "attachment"],
  ["text/plain", undefined, "inline"],
  ["image/svg+xml", "inline", "attachment"],
  ["text/html", "inline", "attachment"],
  ["application/xml", "inline", "attachment"],
  ["application/octet-stream", "inline", "attachment"],
  ["application/pdf", undefined, "attachment"],
  ["application/pdf", "inline", "inline"],
] as const)("%s, asked for as %s, is %s", (type, asked, expected) => {
  expect(dispositionOf(type, asked)).toBe(expected);
});
