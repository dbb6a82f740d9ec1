// An exported name means one thing: it is declared in one file of all that ships. Pure: sources in, problems out.
import { matches, type Source } from "./files.ts";
import type { Problem } from "./problem.ts";
import { NAMED_ELSEWHERE, TEST_FILE } from "./rules.ts";
import type { Token } from "./tokens.ts";

/** The word before the name that an `export` declares. */
const DECLARES = new Set(["class", "const", "enum", "function", "interface", "type"]);
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
      const other = first.get(name) ?? declaration;
      first.set(name, other);
      // One file may declare a name twice: a function's overloads, or a type and its value.
      return other.file === file ? [] : [{ file, line, message: `${name} is also exported by ${other.file}` }];
    });
}

function declarationsIn(file: string, tokens: readonly Token[]): Declaration[] {
  return tokens.flatMap((token, i) => {
    if (token.kind !== "name" || token.text !== "export") return [];
    const declared = nameAfter(tokens, i + 1);
    return declared ? [{ name: declared.text, file, line: declared.line }] : [];
  });
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
