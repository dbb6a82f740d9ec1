import type { Scanner, Span } from "./records.ts";

const LF = 0x0a;

/** One JSON value a line; blank lines are ignored. */
export class NdjsonScanner implements Scanner {
  scan(bytes: Uint8Array, from: number, atEnd: boolean): Span | number {
    const newline = bytes.indexOf(LF, from);
    if (newline < 0 && !atEnd) return from;
    let start = from;
    let end = newline < 0 ? bytes.length : newline;
    const next = newline < 0 ? end : newline + 1;
    while (start < end && isBlank(bytes[start]!)) start++;
    while (end > start && isBlank(bytes[end - 1]!)) end--;
    return { start, end, next };
  }
}

/** Space, tab, line feed and carriage return: JSON's whitespace. */
export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === LF || byte === 0x0d;
}
