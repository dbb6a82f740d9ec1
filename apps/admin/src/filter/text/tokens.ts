import type { Json } from "@plinth/core";

/** A part of a filter that is written as text. `at` and `end` are offsets in the text. */
export type Token = { readonly at: number; readonly end: number } & (
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "quoted"; readonly text: string }
  | { readonly kind: "symbol"; readonly text: string }
  /** An object or list in JSON; `undefined`: it is not valid, or not finished. */
  | { readonly kind: "json"; readonly value: Json | undefined }
  /** A quote that nothing closes. */
  | { readonly kind: "open-quote" }
  | { readonly kind: "end" }
);

const SYMBOLS = ["!=", "<>", "<=", ">=", "==", "!~", "&&", "||", "=", "<", ">", "~", "(", ")", ","] as const;
/** What ends a quoted text, by what begins it. Phones type the curved ones. */
const QUOTES: Readonly<Record<string, string>> = { '"': '"', "'": "'", "“": "”", "„": "“", "‘": "’", "«": "»" };
const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** The parts of a text, then one of the kind `end`. Linear in the length of the text. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (isBlank(text[at]!)) at++;
    else {
      const token = tokenAt(text, at);
      tokens.push(token);
      at = token.end;
    }
  }
  return [...tokens, { kind: "end", at: text.length, end: text.length }];
}

function tokenAt(text: string, at: number): Token {
  const first = text[at]!;
  if (Object.hasOwn(QUOTES, first)) return quotedAt(text, at, QUOTES[first]!);
  if (first === "{" || first === "[") return jsonAt(text, at);
  const symbol = symbolAt(text, at);
  if (symbol !== undefined) return { kind: "symbol", text: symbol, at, end: at + symbol.length };
  let end = at + 1;
  while (end < text.length && !isBlank(text[end]!) && text[end] !== '"' && symbolAt(text, end) === undefined) end++;
  return { kind: "word", text: text.slice(at, end), at, end };
}

const isBlank = (char: string): boolean => char.trim() === "";

const symbolAt = (text: string, at: number): string | undefined =>
  SYMBOLS.find((symbol) => text.startsWith(symbol, at));

/** A backslash makes the next character part of the text; `\n`, `\u0041` and such are as in JSON. */
function quotedAt(text: string, at: number, close: string): Token {
  let value = "";
  for (let end = at + 1; end < text.length; end++) {
    const char = text[end]!;
    if (char === close) return { kind: "quoted", text: value, at, end: end + 1 };
    if (char !== "\\") value += char;
    else {
      end++;
      const code = text[end] === "u" ? /^[\da-f]{4}$/i.exec(text.slice(end + 1, end + 5))?.[0] : undefined;
      if (code !== undefined) end += code.length;
      value += code === undefined ? (ESCAPES[text[end]!] ?? text[end] ?? "") : String.fromCharCode(parseInt(code, 16));
    }
  }
  return { kind: "open-quote", at, end: text.length };
}

/** Up to the bracket that closes the first one; brackets in texts do not count. */
function jsonAt(text: string, at: number): Token {
  let depth = 0;
  let end = at;
  for (let inText = false; end < text.length; end++) {
    const char = text[end]!;
    if (inText && char === "\\") end++;
    else if (char === '"') inText = !inText;
    else if (!inText && (char === "{" || char === "[")) depth++;
    else if (!inText && (char === "}" || char === "]") && --depth === 0) break;
  }
  end = Math.min(end + 1, text.length);
  return { kind: "json", value: parsed(text.slice(at, end)), at, end };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
