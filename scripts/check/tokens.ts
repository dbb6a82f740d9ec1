// Splits TypeScript into names, strings and punctuation, without comments: enough to read imports and globals reliably.
// A scanner and not a parser: it needs no dependency, and a file that it misreads still has to pass the compiler.
import { type Context, jsxPieceAt, opensElement } from "./jsx.ts";

export interface Token {
  kind: "name" | "string" | "punctuation" | "number" | "regex";
  /** For a string its content, without the quotes; a template is one string per literal part. */
  text: string;
  line: number;
}

export interface Piece {
  kind: Token["kind"] | "blank";
  text: string;
  /** The number of source characters that it covers. */
  length: number;
}

/** Tried in this order at each position; sticky, so that none searches ahead. The last one matches any character. */
const PATTERNS: readonly (readonly [kind: Piece["kind"], pattern: RegExp])[] = [
  ["blank", /\s+|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  // A string ends with its line at the latest.
  ["string", /"((?:\\[\s\S]|[^"\\\n])*)(?:"|(?=\n)|$)|'((?:\\[\s\S]|[^'\\\n])*)(?:'|(?=\n)|$)/y],
  ["name", /[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*/uy],
  ["number", /\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?\p{ID_Continue}*/uy],
  ["punctuation", /\.\.\.|\?\.|[\s\S]/y],
];
/** From a backquote, or from the brace that ends an expression, to the next expression or the end. */
const TEMPLATE = /[`}]((?:\\[\s\S]|\$(?!\{)|[^\\`$])*)(`|\$\{|$)/y;
const REGEX = /\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[\n])+\/\p{ID_Continue}*/uy;
/** After these words a value begins, such as a regular expression; after any other name a slash divides. */
const BEFORE_OPERAND = new Set("return typeof case in of delete void throw new do else await yield default".split(" "));

/** `jsx`: the file has elements, as a .tsx file may. */
export function tokenize(source: string, { jsx = false } = {}): Token[] {
  const tokens: Token[] = [];
  /** What is open: "`" is a brace that a template opened, whose closing brace resumes that template. */
  const open: Context[] = [];
  let line = 1;
  for (let at = source.startsWith("#!") ? source.search(/\n|$/) : 0; at < source.length; ) {
    const previous = tokens.at(-1);
    const inElement = jsx ? elementPieceAt(source, at, open, previous) : undefined;
    const { kind, text, length } = inElement ?? pieceAt(source, at, previous, open);
    // The text of an element may begin with line breaks.
    const lead = kind === "blank" ? 0 : source.slice(at, at + length).search(/\S|$/);
    const lines = (from: number, to: number) => source.slice(from, to).split("\n").length - 1;
    line += lines(at, at + lead);
    if (kind !== "blank") tokens.push({ kind, text, line });
    line += lines(at + lead, at + length);
    at += length;
  }
  return tokens;
}

function elementPieceAt(source: string, at: number, open: Context[], previous: Token | undefined): Piece | undefined {
  const inside = jsxPieceAt(source, at, open, previous);
  if (inside) return inside;
  const isCode = open.length === 0 || open.at(-1) === "{" || open.at(-1) === "`";
  if (!isCode || source[at] !== "<" || !operandMayStart(previous) || !opensElement(source, at)) return undefined;
  open.push("tag");
  return { kind: "punctuation", text: "<", length: 1 };
}

function pieceAt(source: string, at: number, previous: Token | undefined, open: Context[]): Piece {
  const char = source[at];
  if (char === "}" && open.pop() === "`") return template(source, at, open);
  if (char === "`") return template(source, at, open);
  if (char === "{") open.push("{");
  if (char === "/" && operandMayStart(previous)) {
    const text = match(REGEX, source, at)?.[0];
    if (text) return { kind: "regex", text, length: text.length };
  }
  for (const [kind, pattern] of PATTERNS) {
    const found = match(pattern, source, at);
    if (!found) continue;
    const text = kind === "string" ? plain(found[1] ?? found[2] ?? "") : found[0];
    return { kind, text, length: found[0].length };
  }
  throw new Error(`Nothing matches at ${at}.`);
}

function template(source: string, at: number, open: Context[]): Piece {
  const [whole = "", text = "", end] = match(TEMPLATE, source, at) ?? [];
  if (end === "${") open.push("`");
  return { kind: "string", text: plain(text), length: whole.length };
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

function plain(text: string): string {
  return text.replace(/\\([\s\S])/g, "$1");
}

/** Whether a value may begin behind it, such as a regular expression or an element, and not an operator. */
function operandMayStart(previous: Token | undefined): boolean {
  if (!previous) return true;
  if (previous.kind === "name") return BEFORE_OPERAND.has(previous.text);
  return previous.kind === "punctuation" && ![")", "]", "}"].includes(previous.text);
}
