/** How the bytes of a text file are read. `windows-1252` is what spreadsheets of Western Europe and America write into a CSV. */
export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

const GZIP = [0x1f, 0x8b] as const;
const UTF_16LE = [0xff, 0xfe] as const;
const UTF_16BE = [0xfe, 0xff] as const;
const BEYOND_ASCII = /[^\0-\x7f]/gu;
/** What a decoder writes for bytes that are no letter. */
const REPLACEMENT = "\uFFFD";

/**
 * The encoding of a text file. Reads all of it, or up to where it is certain. A file that is no text, such as
 * a picture, has `utf-8`: whoever reads it says what is wrong.
 */
export async function textEncodingOf(chunks: AsyncIterable<Uint8Array>): Promise<TextEncoding> {
  const decoder = new TextDecoder("utf-8");
  let isFirst = true;
  let letters = 0;
  let damaged = 0;
  // A file in UTF-8 with some damaged bytes has many more letters that are right.
  const count = (text: string): boolean => {
    const found = text.match(BEYOND_ASCII) ?? [];
    const wrong = found.filter((letter) => letter === REPLACEMENT).length;
    damaged += wrong;
    letters += found.length - wrong;
    return damaged > letters;
  };
  for await (const chunk of chunks) {
    if (chunk.byteLength === 0) continue;
    if (isFirst && begins(chunk, GZIP)) return "utf-8";
    if (isFirst && begins(chunk, UTF_16LE)) return "utf-16le";
    if (isFirst && begins(chunk, UTF_16BE)) return "utf-16be";
    isFirst = false;
    // No text in the other encodings has a zero byte.
    if (chunk.includes(0)) return "utf-8";
    if (count(decoder.decode(chunk, { stream: true }))) return "windows-1252";
  }
  return count(decoder.decode()) ? "windows-1252" : "utf-8";
}

/** The same text in UTF-8. */
export async function* inUtf8(
  chunks: AsyncIterable<Uint8Array>,
  encoding: TextEncoding,
): AsyncGenerator<Uint8Array, void> {
  if (encoding === "utf-8") return yield* chunks;
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  for await (const chunk of chunks) yield encoder.encode(decoder.decode(chunk, { stream: true }));
  yield encoder.encode(decoder.decode());
}

function begins(chunk: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => chunk[i] === byte);
}
