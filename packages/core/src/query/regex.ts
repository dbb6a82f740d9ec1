import { invalid } from "../errors.ts";
import { compilePattern } from "../pattern.ts";

/**
 * Patterns of `_regex`: the syntax of a field's `pattern`, without what engines decide differently. Every engine gets a
 * spelling that means the same, so the answers are equal.
 */

/** A pattern is compiled for each statement, and matched with each row. */
const MAX_LENGTH = 200;
/** Postgres takes no more. */
const MAX_REPEATS = 255;
/** Characters of a text that are searched: what bounds the time for one row. */
export const REGEX_SEARCHED = 10_000;

export function checkRegex(source: string, path: string): void {
  if (source.length > MAX_LENGTH)
    throw invalid(path, `a pattern may have at most ${MAX_LENGTH} characters`, "LIMIT_EXCEEDED");
  try {
    compilePattern(source);
    regexToAre(source);
  } catch (error) {
    throw invalid(path, (error as Error).message);
  }
}

export function matchesRegex(text: string, source: string): boolean {
  const searched = text.length > REGEX_SEARCHED ? [...text].slice(0, REGEX_SEARCHED).join("") : text;
  return compilePattern(source).test(searched);
}

const CLASSES: Readonly<Record<string, string>> = {
  d: "0-9",
  w: "A-Za-z0-9_",
  s: "\\t\\n\\u000b\\f\\r\\u0020\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff",
};
const CONTROLS: Readonly<Record<string, string>> = { t: "\t", n: "\n", v: "\v", f: "\f", r: "\r" };

/** One escape, one special form or one character; the pattern is known to be valid. */
const TOKEN =
  /\\u\{([0-9a-fA-F]+)\}|\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\([\s\S])|\(\?:|\(\?|\{(\d+)(?:,(\d*))?\}|[\s\S]/gu;

/** The same pattern as an "advanced regular expression" of Postgres, whose own meanings of `.`, `\w` … differ. */
export function regexToAre(source: string): string {
  let [out, inClass, classStart] = ["", false, -1];
  for (const match of source.matchAll(TOKEN)) {
    const [token, point, high, low, unit, byte, escaped, least, most] = match;
    const code = point ?? unit ?? byte;
    if (code) out += character(Number.parseInt(code, 16));
    else if (high && low)
      out += character(Number.parseInt(low, 16) + (Number.parseInt(high, 16) - 0xd800) * 0x400 + 0x2400);
    else if (escaped) out += escapeFor(escaped, inClass);
    else if (inClass) {
      if (token === "^" && match.index === classStart) out += "^";
      else if (token === "]") {
        if (match.index <= classStart + (source[classStart] === "^" ? 1 : 0))
          throw new Error("an empty class [] or [^] is not possible here");
        out += "]";
        inClass = false;
      } else out += token === "-" ? hyphen(source, match.index, classStart) : character(token.codePointAt(0)!);
    } else if (token === "[") {
      out += "[";
      inClass = true;
      classStart = match.index + 1;
    } else if (token === "(?") throw new Error("of the groups that begin with (? only (?: is possible here");
    else if (least !== undefined) {
      if (Math.max(Number(least), Number(most || 0)) > MAX_REPEATS)
        throw new Error(`a part may be repeated at most ${MAX_REPEATS} times`);
      out += token;
    } else if (token === ".") out += "[^\\n\\r\\u2028\\u2029]";
    else if (token === "(?:" || "()|*+?^$".includes(token)) out += token;
    else out += character(token.codePointAt(0)!);
  }
  return out;
}

function escapeFor(letter: string, inClass: boolean): string {
  const members = CLASSES[letter.toLowerCase()];
  if (members && letter === letter.toLowerCase()) return inClass ? members : `[${members}]`;
  if (members && !inClass) return `[^${members}]`;
  if (/[A-Za-z0-9]/.test(letter) && !CONTROLS[letter]) throw new Error(`\\${letter} is not possible here`);
  return character((CONTROLS[letter] ?? letter).codePointAt(0)!);
}

/** Between two characters it makes a range; elsewhere it is itself. */
function hyphen(source: string, at: number, start: number): string {
  const first = source[start] === "^" ? start + 1 : start;
  return at === first || source[at + 1] === "]" ? character(0x2d) : "-";
}

function character(code: number): string {
  const letter = String.fromCodePoint(code);
  if (/[A-Za-z0-9]/.test(letter)) return letter;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}
