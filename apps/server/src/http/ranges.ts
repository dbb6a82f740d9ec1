/** The header `Range` of RFC 9110, 14.2, for bytes. */

export interface ByteSpan {
  readonly offset: number;
  readonly length: number;
}

/** More of them would make one request as costly as many. */
const MAX_RANGES = 16;
const MAX_CHARS = 1000;
const UNIT = /^bytes=/i;
const RANGE = /^(\d{0,16})-(\d{0,16})$/;

/**
 * The parts of a file that a request asks for, within its size. Undefined: the header asks for nothing that this server knows, and the whole
 * file is the answer. None: the file has no such bytes. Ranges that overlap are one, so that no byte is sent twice.
 */
export function rangesIn(header: string | null, size: number): readonly ByteSpan[] | undefined {
  if (header === null || header.length > MAX_CHARS || !UNIT.test(header)) return undefined;
  const asked = header.slice("bytes=".length).split(",");
  if (asked.length > MAX_RANGES) return undefined;
  const spans: ByteSpan[] = [];
  for (const one of asked) {
    const span = spanOf(one.trim(), size);
    if (span === undefined) return undefined;
    if (span.length > 0) spans.push(span);
  }
  return spans.some((one, i) => spans.some((other, j) => i < j && overlap(one, other))) ? joined(spans) : spans;
}

/** Undefined: it is no range. A length of 0: it is beyond the end. */
function spanOf(text: string, size: number): ByteSpan | undefined {
  const [found, first = "", last = ""] = RANGE.exec(text) ?? [];
  if (found === undefined || (first === "" && last === "")) return undefined;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return { offset: size - length, length };
  }
  const offset = Number(first);
  if (last !== "" && Number(last) < offset) return undefined;
  const end = last === "" ? size : Math.min(Number(last) + 1, size);
  return { offset, length: Math.max(0, end - offset) };
}

const endOf = ({ offset, length }: ByteSpan): number => offset + length;
const overlap = (one: ByteSpan, other: ByteSpan): boolean => one.offset < endOf(other) && other.offset < endOf(one);

function joined(spans: readonly ByteSpan[]): ByteSpan[] {
  const all: ByteSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.offset - b.offset)) {
    const before = all.at(-1);
    if (!before || !overlap(before, span)) all.push(span);
    else all[all.length - 1] = { offset: before.offset, length: Math.max(endOf(before), endOf(span)) - before.offset };
  }
  return all;
}
