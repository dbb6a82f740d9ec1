import { describe, expect, test } from "bun:test";
import { inUtf8, textEncodingOf } from "../src/index.ts";

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

const utf8 = new TextEncoder();
const TEXT = "Name;Ort;Umsatz\r\nJörg Groß;Köln;1.250,50 €\r\n";
/** The same in the encoding of German spreadsheets: ö ß ö €. */
const WESTERN = Uint8Array.from(TEXT, (letter) => (letter === "€" ? 0x80 : letter.charCodeAt(0)));
const UTF_16 = new Uint8Array([0xff, 0xfe, ...[...TEXT].flatMap((l) => [l.charCodeAt(0) & 255, l.charCodeAt(0) >> 8])]);

describe("the encoding of a text file", () => {
  test.each([
    ["utf-8", utf8.encode(TEXT)],
    ["windows-1252", WESTERN],
    ["utf-16le", UTF_16],
  ] as const)("%s is known however the file is cut, and read as the same text", async (encoding, bytes) => {
    for (const size of [2, 3, 7, 1000]) {
      expect(await textEncodingOf(pieces(bytes, size))).toBe(encoding);
      let text = "";
      const decoder = new TextDecoder();
      for await (const chunk of inUtf8(pieces(bytes, size), encoding)) text += decoder.decode(chunk, { stream: true });
      expect(text).toBe(TEXT);
    }
  });

  test("a damaged byte does not make a file in UTF-8 one in another encoding", async () => {
    const bytes = new Uint8Array([...utf8.encode(TEXT), 0xff, ...utf8.encode(TEXT)]);
    expect(await textEncodingOf(pieces(bytes, 1000))).toBe("utf-8");
  });

  test("a letter that the end of the file cuts is no UTF-8", async () => {
    expect(await textEncodingOf(pieces(new Uint8Array([0x61, 0xc3]), 10))).toBe("windows-1252");
  });

  test.each([
    ["gzip", [0x1f, 0x8b, 0x08, 0xff]],
    ["a picture", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x00]],
    ["nothing", []],
  ])("%s stays as it is", async (_, bytes) => {
    expect(await textEncodingOf(pieces(new Uint8Array(bytes), 10))).toBe("utf-8");
  });
});
