import { RE2JS } from "re2js";

/**
 * Patterns of fields, matched in time linear in the text: JavaScript's own engine backtracks, and practically never
 * ends for `(a+)+$` and fifty letters that do not match.
 */
export interface Pattern {
  test(text: string): boolean;
  /** The longest text that can be matched. */
  readonly maxChars: number;
}

/** Steps are characters times the pattern's size; this many run in a moment. */
const MAX_STEPS = 2 ** 21;
/** With this size, any text field can be matched. */
const MAX_SIZE = 2 ** 11;
const MAX_PATTERNS = 500;

const patterns = new Map<string, Pattern>();

/** Throws a readable error where the pattern is invalid, or could not be matched in bounded time. */
export function compilePattern(source: string): Pattern {
  let pattern = patterns.get(source);
  if (!pattern) {
    if (patterns.size >= MAX_PATTERNS) patterns.clear();
    pattern = compile(source);
    patterns.set(source, pattern);
  }
  return pattern;
}

function compile(source: string): Pattern {
  try {
    new RegExp(source, "u");
  } catch {
    throw new Error("is not a valid regular expression");
  }
  let machine: RE2JS;
  try {
    machine = RE2JS.compile(translate(source));
  } catch {
    const found = UNSUPPORTED.find(([form]) => form.test(source));
    const fault = found ? `${found[1]} cannot be matched in bounded time` : "is not part of RE2's syntax";
    throw new Error(`${fault}; write the pattern without it, and repeat at most 1000 times`);
  }
  const size = machine.programSize();
  if (size > MAX_SIZE)
    throw new Error(`is too large: its repetitions add up to ${size} steps, and at most ${MAX_SIZE} are allowed`);
  return { test: (text) => machine.test(text), maxChars: Math.floor(MAX_STEPS / size) };
}

const UNSUPPORTED: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, "lookahead or lookbehind"],
  [/\\(?:[1-9]|k<)/, "a backreference to a group"],
];

const SPACES =
  "\\t\\n\\v\\f\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";
const NOT_LINE_END = "[^\\n\\r\\x{2028}\\x{2029}]";
const TOKEN =
  /\\u\{([0-9a-fA-F]+)\}|\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\p\{([^}=]+)(?:=([^}]+))?\}|\\P\{([^}=]+)(?:=([^}]+))?\}|\\c([A-Za-z])|\\[\s\S]|\[\^?\]?|[\].]|\(\?<(?![=!])/gu;

/** Translates syntax whose spelling or meaning differs between JavaScript and RE2. */
function translate(source: string): string {
  let inClass = false;
  return source.replace(TOKEN, (token, ...groups: (string | undefined)[]) => {
    const [point, high, low, unit, property, value, noProperty, noValue, control] = groups;
    const code = point ?? unit;
    if (code) return `\\x{${code}}`;
    if (high && low)
      return `\\x{${((Number.parseInt(high, 16) - 0xd800) * 0x400 + Number.parseInt(low, 16) - 0xdc00 + 0x10000).toString(16)}}`;
    if (property) return `\\p{${value ?? property}}`;
    if (noProperty) return `\\P{${noValue ?? noProperty}}`;
    if (control) return `\\x{${(control.charCodeAt(0) % 32).toString(16)}}`;
    if (token === "\\s") return inClass ? SPACES : `[${SPACES}]`;
    if (token === "\\S" && !inClass) return `[^${SPACES}]`;
    if (token === "\\b" && inClass) return "\\x{8}";
    if (token === "\\0") return "\\x{0}";
    if (token.startsWith("\\")) return token;
    if (token === "(?<") return inClass ? token : "(?P<";
    if (token === ".") return inClass ? token : NOT_LINE_END;
    if (token === "]") {
      inClass = false;
      return token;
    }
    if (inClass) {
      inClass = !token.endsWith("]");
      return `\\${token}`;
    }
    if (token === "[]") return "[^\\x{0}-\\x{10ffff}]";
    if (token === "[^]") return "[\\x{0}-\\x{10ffff}]";
    inClass = true;
    return token;
  });
}
