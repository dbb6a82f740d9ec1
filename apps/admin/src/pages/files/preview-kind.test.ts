import { expect, test } from "bun:test";
import { previewKind } from "./preview-kind.ts";

const kinds = (types: readonly string[], size = 10) => types.map((content_type) => previewKind({ content_type, size }));

test("pictures, texts and PDFs are shown, what could run is text or nothing", () => {
  expect(kinds(["image/png", "image/svg+xml", "IMAGE/JPEG"])).toEqual(["image", "image", "image"]);
  expect(kinds(["text/html", "text/plain; charset=utf-8", "application/json", "application/ld+json"])).toEqual(
    Array.from({ length: 4 }, () => "text"),
  );
  expect(kinds(["application/pdf"])).toEqual(["pdf"]);
  expect(kinds(["image/tiff", "application/zip", "video/mp4", ""])).toEqual(["none", "none", "none", "none"]);
});

test("nothing, and what is too large to fetch unasked, is not shown", () => {
  expect(kinds(["image/png", "text/plain", "application/pdf"], 0)).toEqual(["none", "none", "none"]);
  expect(kinds(["image/png", "application/pdf"], 60_000_000)).toEqual(["none", "none"]);
  expect(kinds(["text/plain"], 60_000_000)).toEqual(["text"]);
});
