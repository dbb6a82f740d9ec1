import { PlinthError } from "@plinth/core";
import { isBlank } from "./ndjson.ts";
import type { Scanner, Span } from "./records.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [ARRAY_OPEN, ARRAY_CLOSE, OBJECT_OPEN, OBJECT_CLOSE] = [0x5b, 0x5d, 0x7b, 0x7d];

/** The elements of one top-level array, found by their brackets and quotes alone; their content is parsed later. */
export class JsonArrayScanner implements Scanner {
  #expect: "array" | "first" | "element" | "separator" | "nothing" = "array";

  scan(bytes: Uint8Array, from: number, atEnd: boolean): Span | number {
    let at = from;
    for (;;) {
      while (at < bytes.length && isBlank(bytes[at]!)) at++;
      if (at === bytes.length) return at;
      const byte = bytes[at]!;
      if (this.#expect === "nothing") throw malformed("there is text after the end of the array");
      if (this.#expect === "array") {
        if (byte !== ARRAY_OPEN) throw notAnArray();
        this.#expect = "first";
      } else if (this.#expect === "separator") {
        if (byte !== COMMA && byte !== ARRAY_CLOSE) throw malformed("a comma is missing between two elements");
        this.#expect = byte === COMMA ? "element" : "nothing";
      } else if (byte === ARRAY_CLOSE && this.#expect === "first") this.#expect = "nothing";
      else if (byte === ARRAY_CLOSE || byte === COMMA) throw malformed("an element is missing");
      else return this.#element(bytes, at, atEnd);
      at++;
    }
  }

  #element(bytes: Uint8Array, start: number, atEnd: boolean): Span | number {
    const end = endOfValue(bytes, start);
    if (end < 0) {
      if (atEnd) throw unfinished();
      return start;
    }
    this.#expect = "separator";
    return { start, end, next: end };
  }

  finish(): void {
    if (this.#expect === "array") throw malformed("the file is empty");
    if (this.#expect !== "nothing") throw unfinished();
  }
}

/** The position after the value that begins at `start`, or -1 if it continues beyond these bytes. */
function endOfValue(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let i = start; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) {
      i = endOfString(bytes, i);
      if (i < 0) return -1;
      if (depth === 0) return i + 1;
    } else if (byte === OBJECT_OPEN || byte === ARRAY_OPEN) depth++;
    else if (byte === OBJECT_CLOSE || byte === ARRAY_CLOSE) {
      // An unmatched closing bracket: the end of the array, after a bare number or word.
      if (depth === 0) return i;
      if (--depth === 0) return i + 1;
    } else if (depth === 0 && (byte === COMMA || isBlank(byte))) return i;
  }
  return -1;
}

/** The position of the closing quote, or -1. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let i = start + 1; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === BACKSLASH) i++;
    else if (byte === QUOTE) return i;
  }
  return -1;
}

function malformed(message: string): PlinthError {
  return new PlinthError("MALFORMED_JSON", `the JSON array is broken: ${message}`);
}

function unfinished(): PlinthError {
  return malformed("the file ends before it is closed");
}

function notAnArray(): PlinthError {
  return new PlinthError("VALIDATION", "expected an array of objects; for one object per line use the format ndjson", {
    field: "body",
  });
}
