import { expect, test } from "bun:test";
import { imageHeaderOf } from "../src/index.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const PNG = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

test("the size of a PNG is in its first chunk, however large it says it is", () => {
  expect(imageHeaderOf(bytes(`${PNG}\0\x01\x86\xa0\0\x01\x86\xa0`))).toEqual({
    type: "image/png",
    width: 100_000,
    height: 100_000,
  });
});

test("the size of a GIF is that of its screen, whatever follows", () => {
  const html = "<script>alert(1)</script>";
  expect(imageHeaderOf(bytes(`GIF89a\x2c\x01\x02\0${html}`))).toEqual({ type: "image/gif", width: 300, height: 2 });
});

test.each([
  ["VP8 ", "VP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x40\x01\xf0\0"],
  ["VP8L", "VP8L\0\0\0\0\x2f\x3f\xc1\x3b\0\0\0\0\0\0"],
  ["VP8X", "VP8X\0\0\0\0\0\0\0\0\x3f\x01\0\xef\0\0"],
])("the size of a WebP of the kind %s", (_, chunk) => {
  const webp = { type: "image/webp", width: 320, height: 240 } as const;
  expect(imageHeaderOf(bytes(`RIFF\0\0\0\0WEBP${chunk}`))).toEqual(webp);
});

const FRAME = "\xff\xc2\0\x11\x08\0\x02\0\x03\x03";
const EXIF = "\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";

test("the size of a JPEG is behind its other segments, and turned as its orientation says", () => {
  const comment = `\xff\xfe\x10\x02${"x".repeat(4096)}`;
  expect(imageHeaderOf(bytes(`\xff\xd8${comment}\xff${FRAME}`))).toEqual({ type: "image/jpeg", width: 3, height: 2 });
  expect(imageHeaderOf(bytes(`\xff\xd8${EXIF}${FRAME}`))).toEqual({ type: "image/jpeg", width: 2, height: 3 });
});

test.each([
  ["nothing", ""],
  ["a text", "hello"],
  ["a PNG without its header", "\x89PNG\r\n\x1a\n"],
  ["a picture of no pixels", `${PNG}\0\0\0\0\0\0\0\x01`],
  ["a JPEG that ends before its frame", "\xff\xd8\xff\xe0\xff\xffJFIF"],
  ["a JPEG with a segment of no length", `\xff\xd8\xff\xe0\0\0${FRAME}`],
  ["a JPEG with data before its frame", `\xff\xd8\xff\0\0\x02${FRAME}`],
  ["a JPEG with a reserved marker", `\xff\xd8\xff\x02\0\x02${FRAME}`],
  ["a JPEG whose end comes first", `\xff\xd8\xff\xd9\0\x02${FRAME}`],
  ["a JPEG whose scan comes first", `\xff\xd8\xff\xda\0\x08${FRAME}`],
  ["EXIF that points behind its end", `\xff\xd8\xff\xe1\0\x10Exif\0\0II*\0\xff\xff\xff\x7f`],
  ["an AVIF with a box of no length", "\0\0\0\x0cftypavif\0\0\0\0meta"],
  ["an AVIF without sizes", "\0\0\0\x0cftypavif\0\0\0\x0cmeta\0\0\0\0"],
])("%s has no size", (_, text) => {
  expect(imageHeaderOf(bytes(text))).toBeUndefined();
});

test("an AVIF of boxes in boxes is read to a bounded depth, and of many to a bounded number", () => {
  const size = 1024 * 1024;
  const view = new DataView(new ArrayBuffer(size));
  const write = (at: number, length: number, kind: string): void => {
    view.setUint32(at, length);
    for (let i = 0; i < 4; i++) view.setUint8(at + 4 + i, kind.charCodeAt(i));
  };
  write(0, 12, "ftyp");
  for (let i = 0; i < 4; i++) view.setUint8(8 + i, "avif".charCodeAt(i));
  // Without a bound each of these levels would be one of the stack.
  let at = 12;
  for (; at < size / 2; at += 8) write(at, size - at, "iprp");
  for (; at + 8 <= size; at += 8) write(at, 8, "free");
  expect(imageHeaderOf(new Uint8Array(view.buffer))).toBeUndefined();
});
