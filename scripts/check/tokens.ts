// Splits TypeScript into names, strings and punctuation, without comments: enough to read imports and globals reliably.
// A scanner and not a parser: it needs no dependency, and a file that it misreads still has to pass the compiler.

export interface Token {
  kind: "name" | "string" | "punctuation" | "number" | "regex";
  /** For a string its content, without the quotes; a template is one string per literal part. */
  text: string;
  line: number;
}

interface Piece {
  kind: Token["kind"] | "blank";
  text: string;
  /** The number of source characters that it covers. */
  length: number;
}

/** Tried in this order at each position; sticky, so that none searches ahead. The last one matches any character. */
const PATTERNS: readonly (readonly [kind: Piece["kind"], pattern: RegExp])[] = [
  ["blank", /\s+|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  // A string ends with its line: an apostrophe in the text of an element is misread no further than that.
  ["string", /"((?:\\[\s\S]|[^"\\\n])*)(?:"|(?=\n)|$)|'((?:\\[\s\S]|[^'\\\n])*)(?:'|(?=\n)|$)/y],
  ["name", /[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*/uy],
  ["number", /\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?\p{ID_Continue}*/uy],
  ["punctuation", /\.\.\.|\?\.|[\s\S]/y],
];
/** From a backquote, or from the brace that ends an expression, to the next expression or the end. */
const TEMPLATE = /[`}]((?:\\[\s\S]|\$(?!\{)|[^\\`$])*)(`|\$\{|$)/y;
const REGEX = /\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[\n])+\/\p{ID_Continue}*/uy;
/** After these words a slash begins a regular expression; after any other name it divides. */
const BEFORE_REGEX = new Set("return typeof case in of delete void throw new do else await yield".split(" "));

export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  /** Open braces; "`" is one that a template opened, whose closing brace resumes that template. */
  const braces: string[] = [];
  let line = 1;
  for (let at = source.startsWith("#!") ? source.search(/\n|$/) : 0; at < source.length; ) {
    const { kind, text, length } = pieceAt(source, at, tokens.at(-1), braces);
    if (kind !== "blank") tokens.push({ kind, text, line });
    for (let i = at; i < at + length; i += 1) if (source[i] === "\n") line += 1;
    at += length;
  }
  return tokens;
}

function pieceAt(source: string, at: number, previous: Token | undefined, braces: string[]): Piece {
  const char = source[at];
  if (char === "}" && braces.pop() === "`") return template(source, at, braces);
  if (char === "`") return template(source, at, braces);
  if (char === "{") braces.push("{");
  if (char === "/" && regexMayStart(previous)) {
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

function template(source: string, at: number, braces: string[]): Piece {
  const [whole = "", text = "", end] = match(TEMPLATE, source, at) ?? [];
  if (end === "${") braces.push("`");
  return { kind: "string", text: plain(text), length: whole.length };
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

function plain(text: string): string {
  return text.replace(/\\([\s\S])/g, "$1");
}

function regexMayStart(previous: Token | undefined): boolean {
  if (!previous) return true;
  if (previous.kind === "name") return BEFORE_REGEX.has(previous.text);
  // Behind "<" it closes an element.
  return previous.kind === "punctuation" && ![")", "]", "}", "<"].includes(previous.text);
}
