import { expect, test } from "bun:test";
import { contentTypeOf } from "../src/features/files/content-type.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

test.each([
  ["\x89PNG\r\n\x1a\n....", "text/plain", "image/png"],
  ["\xff\xd8\xff\xe0", undefined, "image/jpeg"],
  ["....ftypisom", "image/png", "video/mp4"],
  ["....ftypM4A ", undefined, "audio/mp4"],
  ["%PDF-1.7", "image/png", "application/pdf"],
  ["PK\x03\x04....", undefined, "application/zip"],
  [
    "PK\x03\x04....",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  ],
  ["PK\x03\x04....", "text/html", "application/zip"],
  ["hello", "text/plain; charset=utf-8", "text/plain"],
  ["hello", "image/png", "application/octet-stream"],
  ["hello", "text/html", "application/octet-stream"],
  ["hello", "no type", "application/octet-stream"],
  ["hello", undefined, "application/octet-stream"],
  ["", "text/csv", "text/csv"],
  ["  \n<!DOCTYPE html>", "text/plain", "text/html"],
  ["<!-- a --><!-- b -->\n<script>", "image/png", "text/html"],
  ["\xef\xbb\xbf<html>", undefined, "text/html"],
  ['<?xml version="1.0"?><svg xmlns="x">', "text/plain", "image/svg+xml"],
  ["<!doctype svg><svg>", undefined, "image/svg+xml"],
  ["<?xml version='1.0'?><feed>", "text/plain", "application/xml"],
  ["<3 hearts", "text/plain", "text/plain"],
] as const)("%j, which calls itself %s, is %s", (head, claimed, type) => {
  expect(contentTypeOf(bytes(head), claimed)).toBe(type);
});
