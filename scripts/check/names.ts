// A name means one thing: what a file exports, and every type, is declared in one file of all that ships. Pure: sources in,
// problems out.
import { matches, type Source } from "./files.ts";
import type { Problem } from "./problem.ts";
import { NAMED_ELSEWHERE, TEST_FILE } from "./rules.ts";
import type { Token } from "./tokens.ts";

/** The word before the name that an `export` declares. */
const DECLARES = new Set(["class", "const", "enum", "function", "interface", "type"]);
/** Those that declare a type, which counts even where it is not exported. */
const DECLARES_TYPE = new Set(["class", "enum", "interface", "type"]);
/** Words, and the star of a generator, that may stand in between. */
const BETWEEN = new Set(["abstract", "async", "declare", "*"]);

interface Declaration {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

export function checkNames(sources: readonly Pick<Source, "file" | "tokens">[]): Problem[] {
  const first = new Map<string, Declaration>();
  return sources
    .filter(({ file }) => /^(apps|packages)\/[^/]+\/src\//.test(file) && !TEST_FILE.test(file))
    .filter(({ file }) => !NAMED_ELSEWHERE.some((pattern) => matches(file, pattern)))
    .flatMap(({ file, tokens }) => declarationsIn(file, tokens))
    .flatMap((declaration) => {
      const { name, file, line } = declaration;
      const other = first.get(name);
      if (!other) first.set(name, declaration);
      return !other ? [] : [{ file, line, message: `${name} is also declared by ${other.file}` }];
    });
}

/** Each name once: a function may have overloads, and a type a value. */
function declarationsIn(file: string, tokens: readonly Token[]): Declaration[] {
  const found = new Map<string, Declaration>();
  let depth = 0;
  tokens.forEach((token, i) => {
    if (token.kind === "punctuation") depth += "{([".includes(token.text) ? 1 : "})]".includes(token.text) ? -1 : 0;
    if (depth > 0 || token.kind !== "name" || !startsDeclaration(token, tokens[i - 1])) return;
    const declared = nameAfter(tokens, token.text === "export" ? i + 1 : i);
    if (declared) found.set(declared.text, { name: declared.text, file, line: declared.line });
  });
  return [...found.values()];
}

/** `import type` declares nothing, nor does a member with such a name. */
function startsDeclaration({ text }: Token, before: Token | undefined): boolean {
  return text === "export" || (DECLARES_TYPE.has(text) && before?.text !== "import" && before?.text !== ".");
}

/** The name that is declared from this token on; undefined for lists such as `export { a }`. */
function nameAfter(tokens: readonly Token[], from: number): Token | undefined {
  let declares = false;
  for (let i = from; tokens[i]; i++) {
    const token = tokens[i]!;
    if (DECLARES.has(token.text)) declares = true;
    else if (!BETWEEN.has(token.text)) return declares && token.kind === "name" ? token : undefined;
  }
  return undefined;
}
