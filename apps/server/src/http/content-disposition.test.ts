import { expect, test } from "bun:test";
import { contentDisposition, dispositionOf, sentType } from "./content-disposition.ts";

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

test.each([
  ["text/javascript", "text/plain; charset=utf-8"],
  ["application/javascript", "text/plain; charset=utf-8"],
  ["application/x-javascript", "text/plain; charset=utf-8"],
  ["application/ecmascript", "text/plain; charset=utf-8"],
  ["text/jscript", "text/plain; charset=utf-8"],
  ["text/css", "text/css; charset=utf-8"],
  ["application/json", "application/json"],
  ["image/png", "image/png"],
] as const)("%s is sent as %s", (type, sent) => {
  expect(sentType(type)).toBe(sent);
});
