// The parts of a .tsx file that are not TypeScript: the tags of elements, and the text between them.
import type { Piece, Token } from "./tokens.ts";

/** What a position of a file is inside of: in a tag, its type arguments, its closing tag, or between two tags. */
export type JsxContext = "tag" | "types" | "closing" | "children";

/** A brace of code, one that a template opened, or a part of an element. */
export type Context = "{" | "`" | JsxContext;

const TEXT = /[^{<]+/y;
/** An attribute's text has no escapes, and may have several lines. */
const ATTRIBUTE = /"([^"]*)(?:"|$)|'([^']*)(?:'|$)/y;
/** A fragment, or the name of an element; not the parameters of a generic function, which a .tsx file writes `<T,>`. */
const OPENING = /<(?:>|(?!\p{ID_Continue}+(?:\s*,|\s+extends\s))(\p{ID_Start}[\p{ID_Continue}$.:-]*))/uy;

/** Whether an element begins here, where an expression may. Without an end, `<T>(` begins the type of a function. */
export function opensElement(source: string, at: number): boolean {
  OPENING.lastIndex = at;
  const found = OPENING.exec(source);
  if (!found) return false;
  const behind = source[at + found[0].length];
  return behind !== ">" || source[at + found[0].length + 1] !== "(" || source.includes(`</${found[1]}>`, at);
}

/** The next piece inside of an element; undefined where it is one of TypeScript too. */
export function jsxPieceAt(
  source: string,
  at: number,
  open: Context[],
  previous: Token | undefined,
): Piece | undefined {
  const char = source[at]!;
  switch (open.at(-1)) {
    case "children":
      return childAt(source, at, open);
    case "tag":
      if (char === "<") return enter(open, "types", char);
      if (char === ">") {
        open.pop();
        return previous?.text === "/" ? mark(char) : enter(open, "children", char);
      }
      return char === "/" && source[at + 1] === ">" ? mark(char) : attributeAt(source, at);
    case "types":
      if (char === "<") return enter(open, "types", char);
      if (char === ">" && source[at - 1] !== "=") return leave(open, char);
      return undefined;
    case "closing":
      if (char === "/") return mark(char);
      return char === ">" ? leave(open, char) : undefined;
    default:
      return undefined;
  }
}

function childAt(source: string, at: number, open: Context[]): Piece {
  const char = source[at]!;
  if (char === "{") return enter(open, "{", char);
  if (char === "<") {
    const closes = /^<\s*\//.test(source.slice(at, at + 20));
    if (closes) open.pop();
    return enter(open, closes ? "closing" : "tag", char);
  }
  TEXT.lastIndex = at;
  const text = TEXT.exec(source)![0];
  return { kind: text.trim() === "" ? "blank" : "string", text: text.trim(), length: text.length };
}

function attributeAt(source: string, at: number): Piece | undefined {
  ATTRIBUTE.lastIndex = at;
  const found = ATTRIBUTE.exec(source);
  return found ? { kind: "string", text: found[1] ?? found[2] ?? "", length: found[0].length } : undefined;
}

function enter(open: Context[], context: Context, text: string): Piece {
  open.push(context);
  return mark(text);
}

function leave(open: Context[], text: string): Piece {
  open.pop();
  return mark(text);
}

function mark(text: string): Piece {
  return { kind: "punctuation", text, length: text.length };
}
