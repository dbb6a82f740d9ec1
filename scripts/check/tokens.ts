// Splits TypeScript into names, strings and punctuation, without comments: enough to read imports and globals reliably.
// A scanner and not a parser: it needs no dependency, and a file that it misreads still has to pass the compiler.

export interface Token {
  kind: "name" | "string" | "punctuation" | "number" | "regex";
  /** For a string its content, without the quotes; for a template the content of its plain parts. */
  text: string;
  line: number;
}

const NAME_START = /[\p{ID_Start}$_#@]/u;
const NAME = /[\p{ID_Continue}$\u200c\u200d]/u;
/** After these words a slash begins a regular expression; after any other name it divides. */
const BEFORE_REGEX = new Set([
  "return",
  "typeof",
  "case",
  "in",
  "of",
  "delete",
  "void",
  "throw",
  "new",
  "do",
  "else",
  "await",
  "yield",
]);

export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  /** Open braces; "`" marks one that was opened by `${`, where its closing brace resumes the template. */
  const braces: string[] = [];

  const push = (kind: Token["kind"], text: string, startLine = line) => tokens.push({ kind, text, line: startLine });
  const countLines = (text: string) => {
    for (const char of text) if (char === "\n") line += 1;
  };
  const skip = (end: number) => {
    countLines(source.slice(at, end));
    at = end;
  };

  /** Reads from inside a quote to its end; a template stops at `${` as well. */
  const readString = (quote: string) => {
    const startLine = line;
    let text = "";
    while (at < source.length) {
      const char = source[at]!;
      if (char === "\\") {
        text += source[at + 1] ?? "";
        skip(at + 2);
      } else if (char === quote) {
        at += 1;
        break;
      } else if (quote === "`" && char === "$" && source[at + 1] === "{") {
        at += 2;
        braces.push("`");
        break;
      } else {
        text += char;
        skip(at + 1);
      }
    }
    push("string", text, startLine);
  };

  const readRegex = () => {
    let end = at + 1;
    for (let inClass = false; end < source.length && (inClass || source[end] !== "/"); end += 1) {
      if (source[end] === "\\") end += 1;
      else if (source[end] === "[") inClass = true;
      else if (source[end] === "]") inClass = false;
    }
    push("regex", source.slice(at, end + 1));
    skip(end + 1);
  };

  while (at < source.length) {
    const char = source[at]!;
    const next = source[at + 1];
    if (/\s/.test(char)) skip(at + 1);
    else if (char === "/" && next === "/") skip(orEnd(source.indexOf("\n", at), source));
    else if (char === "/" && next === "*") skip(orEnd(source.indexOf("*/", at + 2), source, 2));
    else if (char === "#" && next === "!" && at === 0) skip(orEnd(source.indexOf("\n"), source));
    else if (char === '"' || char === "'" || char === "`") {
      at += 1;
      readString(char);
    } else if (char === "/" && regexMayStart(tokens.at(-1))) readRegex();
    else if (NAME_START.test(char)) {
      let end = at + 1;
      while (end < source.length && NAME.test(source[end]!)) end += 1;
      push("name", source.slice(at, end));
      at = end;
    } else if (/\d/.test(char)) {
      const number = source.slice(at).match(/^[\d_]+(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?[\p{ID_Continue}]*/u)![0];
      push("number", number);
      at += number.length;
    } else if (source.startsWith("...", at) || source.startsWith("?.", at)) {
      const length = char === "." ? 3 : 2;
      push("punctuation", source.slice(at, at + length));
      at += length;
    } else {
      at += 1;
      if (char === "{") braces.push("{");
      if (char === "}" && braces.pop() === "`") readString("`");
      else push("punctuation", char);
    }
  }
  return tokens;
}

function orEnd(index: number, source: string, plus = 0): number {
  return index === -1 ? source.length : index + plus;
}

function regexMayStart(previous: Token | undefined): boolean {
  if (!previous) return true;
  if (previous.kind === "name") return BEFORE_REGEX.has(previous.text);
  return previous.kind === "punctuation" && ![")", "]", "}"].includes(previous.text);
}
