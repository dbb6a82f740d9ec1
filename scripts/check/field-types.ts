// Only packages/core/src/fields names a field type; everything else uses the table. Pure: sources and names in,
// problems out.
import { matches, type Source } from "./files.ts";
import type { Problem } from "./problem.ts";
import { FIELD_TYPE_PATHS, FIELDS_AT_WORK, FIELDS_FOLDER, OTHER_VOCABULARIES, TEST_FILE } from "./rules.ts";
import type { Token } from "./tokens.ts";

/** Words that are also types of JSON Schema, of `typeof` and of command-line options. */
const SCHEMA_WORDS = new Set(["boolean", "integer", "number"]);

export function checkFieldTypes(sources: readonly Source[], names: readonly string[]): Problem[] {
  const known = new Set(names);
  return sources
    .filter(({ file }) => matches(file, FIELD_TYPE_PATHS) && !matches(file, FIELDS_FOLDER) && !TEST_FILE.test(file))
    .flatMap(({ file, tokens }) =>
      tokens.flatMap((_, i) => {
        const found = namedAt(tokens, i, known, file);
        return found === undefined ? [] : [{ file, line: tokens[i]!.line, message: `${found}: ask core's fields` }];
      }),
    );
}

function namedAt(tokens: readonly Token[], i: number, names: ReadonlySet<string>, file: string): string | undefined {
  const token = tokens[i]!;
  if (token.kind === "name" && token.text === "FIELD_TYPES") return "reaches into the table of field types";
  if (token.text === "[" && token.kind === "punctuation") {
    if (isKeyedByType(tokens, i)) return "looks something up by a field's type";
    return isListOfNames(tokens, i, names) ? "lists field types" : undefined;
  }
  if (token.text === "{" && token.kind === "punctuation")
    return hasNamesForKeys(tokens, i, names) ? "has field types for keys" : undefined;
  if (token.kind !== "string" || !names.has(token.text)) return undefined;
  const subject = comparedWith(tokens, i);
  if (subject === undefined ? !isTypeOf(tokens, i) : OTHER_VOCABULARIES.includes(subject)) return undefined;
  // Outside the code that works with fields, the `type` of a schema or an option may be one of these.
  if (SCHEMA_WORDS.has(token.text) && !matches(file, FIELDS_AT_WORK)) return undefined;
  return subject === undefined
    ? `makes a field of type "${token.text}"`
    : `compares with the field type "${token.text}"`;
}

/**
 * What a text is compared with, by its last name: `kind` for `a.kind === "x"`, `storageOf` for a call of it, `typeof`
 * for that, "" for anything without a name; for a `case`, the subject of its `switch`. Undefined without a comparison.
 */
function comparedWith(tokens: readonly Token[], i: number): string | undefined {
  if (tokens[i - 1]?.text === "case") return lastName(tokens, switchEnd(tokens, i));
  if (isEquality(tokens, i - 3, i - 1)) {
    const operator = tokens[i - 3]!.text === "=" || tokens[i - 3]!.text === "!" ? i - 3 : i - 2;
    return lastName(tokens, operator - 1);
  }
  const first = tokens[i + 1]?.text;
  if ((first === "=" || first === "!") && tokens[i + 2]?.text === "=") return nameAfter(tokens, i);
  return undefined;
}

/** `==`, `!=`, `===` or `!==` at the end of the range. */
function isEquality(tokens: readonly Token[], from: number, to: number): boolean {
  const text = tokens
    .slice(Math.max(0, from), to + 1)
    .map((token) => (token.kind === "punctuation" ? token.text : " "))
    .join("");
  return /[=!]==?$/.test(text);
}

/** The last name of the expression that ends at `end`, or `typeof` where it begins with that. */
function lastName(tokens: readonly Token[], end: number): string {
  let at = end;
  if (tokens[at]?.text === ")") {
    const open = opening(tokens, at);
    // A call, or brackets around an expression.
    at = tokens[open - 1]?.kind === "name" ? open - 1 : at - 1;
  }
  if (tokens[at]?.kind !== "name") return "";
  for (let i = at; i >= 0; i--) {
    const { kind, text } = tokens[i]!;
    if (text === "typeof") return "typeof";
    if (kind !== "name" && text !== "." && text !== "?.") break;
  }
  return tokens[at]!.text;
}

/** The same for an expression after `"x" ===`. */
function nameAfter(tokens: readonly Token[], i: number): string {
  let at = i + 1;
  while (tokens[at]?.text === "=" || tokens[at]?.text === "!") at++;
  if (tokens[at]?.text === "typeof") return "typeof";
  let name = "";
  for (; tokens[at]?.kind === "name" || tokens[at]?.text === "." || tokens[at]?.text === "?."; at++) {
    if (tokens[at]!.kind === "name") name = tokens[at]!.text;
  }
  return name;
}

/** The last token of the `switch` subject around a `case`. */
function switchEnd(tokens: readonly Token[], i: number): number {
  let depth = 0;
  for (let at = i; at > 0; at--) {
    const { kind, text } = tokens[at]!;
    if (kind !== "punctuation") continue;
    if (text === "}") depth++;
    if (text !== "{") continue;
    if (depth > 0) depth--;
    else if (tokens[at - 1]?.text === ")" && tokens[opening(tokens, at - 1) - 1]?.text === "switch") return at - 2;
  }
  return -1;
}

function opening(tokens: readonly Token[], close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    if (tokens[at]!.kind !== "punctuation") continue;
    if (tokens[at]!.text === ")") depth++;
    if (tokens[at]!.text === "(" && --depth === 0) return at;
  }
  return -1;
}

/** `type: "x"` and `type = "x"`, also with a conditional in between, but not an import's `with { type: "json" }`. */
function isTypeOf(tokens: readonly Token[], i: number): boolean {
  for (let at = i - 1; at >= 0; at--) {
    const { kind, text } = tokens[at]!;
    if ((text === ":" || text === "=") && tokens[at - 1]?.text === "type") return tokens[at - 3]?.text !== "with";
    if (kind === "punctuation" && ",;{}()[]".includes(text)) return false;
  }
  return false;
}

/** `something[field.type]`. */
function isKeyedByType(tokens: readonly Token[], i: number): boolean {
  for (let at = i + 1; tokens[at]?.kind === "name" || [".", "?.", "!"].includes(tokens[at]?.text ?? ""); at++) {
    if (tokens[at]!.text === "type" && tokens[at + 1]?.text === "]") return at > i + 1;
  }
  return false;
}

/** Two or more texts, all of them names of types. */
function isListOfNames(tokens: readonly Token[], i: number, names: ReadonlySet<string>): boolean {
  const listed: string[] = [];
  for (let at = i + 1; tokens[at] && tokens[at]!.text !== "]"; at++) {
    const { kind, text } = tokens[at]!;
    if (kind === "string") listed.push(text);
    else if (text !== ",") return false;
  }
  return listed.length > 1 && listed.every((text) => names.has(text));
}

/** Two or more keys, all of them names of types. */
function hasNamesForKeys(tokens: readonly Token[], i: number, names: ReadonlySet<string>): boolean {
  const keys: string[] = [];
  let depth = 0;
  for (let at = i + 1; tokens[at]; at++) {
    const { kind, text } = tokens[at]!;
    if (kind === "punctuation" && "{[(".includes(text)) depth++;
    if (kind === "punctuation" && "}])".includes(text) && depth-- === 0) break;
    const begins = depth === 0 && ["{", ","].includes(tokens[at - 1]!.text);
    if (begins && (kind === "name" || kind === "string")) {
      if (tokens[at + 1]?.text !== ":") return false;
      keys.push(text);
    }
  }
  return keys.length > 1 && keys.every((key) => names.has(key));
}
