import { compilePattern, type Field } from "@plinth/core";

/** Texts that people write patterns for: slugs, codes, numbers, addresses. */
const USUAL = ["Ada Lovelace", "ada-lovelace", "ada_lovelace", "Ada", "ada", "AB-123", "AB12", "https://example.com"];

/** A text that the field takes, as far as one is found: of the usual ones, or built from the field's pattern. */
export function sampleText(field: Pick<Field, "pattern" | "min_length" | "max_length">): string {
  const { pattern, min_length: least = 0, max_length: most = Number.POSITIVE_INFINITY } = field;
  const fits = (text: string) => {
    const length = [...text].length;
    return length >= least && length <= most && (pattern === undefined || compilePattern(pattern).test(text));
  };
  if (pattern === undefined) return USUAL[0]!.padEnd(least, " and others").slice(0, most);
  const tried = [...USUAL, ...[1, 2, 3, 4].map((more) => writtenBy(pattern, more)), writtenBy(pattern, least)];
  return tried.find(fits) ?? USUAL[0]!;
}

/** A text of the pattern; parts that may be repeated without bounds are, `more` times. Wrong for what it does not know. */
function writtenBy(pattern: string, more: number): string {
  const source = [...pattern];
  let at = 0;
  const alternatives = (): string => {
    let first: string | undefined;
    let text = "";
    while (at < source.length && source[at] !== ")") {
      if (source[at] === "|") {
        first ??= text;
        text = "";
        at += 1;
      } else text += repeated(atom());
    }
    return first ?? text;
  };
  const atom = (): string => {
    const sign = source[at++]!;
    if (sign === "^" || sign === "$") return "";
    if (sign === "\\") return ofEscape(source[at++] ?? "");
    if (sign === ".") return "a";
    if (sign === "[") return ofClass();
    if (sign !== "(") return sign;
    const opening = /^\?(?::|<[^>]*>)/.exec(source.slice(at).join(""));
    at += opening?.[0].length ?? 0;
    const text = alternatives();
    at += 1;
    return text;
  };
  const ofClass = (): string => {
    const start = at;
    if (source[at] === "]") at += 1;
    while (at < source.length && source[at] !== "]") at += source[at] === "\\" ? 2 : 1;
    const inner = source.slice(start, at).join("");
    at += 1;
    if (inner.startsWith("^")) return [..."a0-_ "].find((one) => !new RegExp(`[${inner.slice(1)}]`).test(one)) ?? "";
    return inner.startsWith("\\") ? ofEscape(inner[1]!) : inner[0]!;
  };
  const repeated = (one: string): string => {
    const found = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(source.slice(at, at + 16).join(""));
    if (!found) return one;
    at += found[0].length;
    const [sign, least, , most] = found;
    if (sign!.startsWith("?")) return "";
    if (sign!.startsWith("*")) return "";
    if (sign!.startsWith("+")) return one.repeat(Math.max(1, more));
    return one.repeat(
      most === undefined ? Number(least) : Math.max(Number(least), Math.min(more, Number(most || more))),
    );
  };
  return alternatives();
}

function ofEscape(letter: string): string {
  return ({ d: "4", w: "a", s: " ", D: "a", W: "-", S: "a", b: "", B: "" } as Record<string, string>)[letter] ?? letter;
}
