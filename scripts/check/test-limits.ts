// The runner's limit is the least: a shorter one of its own makes a test fail on a busy machine.
// Pure: sources in, problems out.
import { TEST_LIMIT_MS } from "../bootstrap/test-limit.mjs";
import { matches, type Source } from "./files.ts";
import type { Problem } from "./problem.ts";
import { TEST_FILE } from "./rules.ts";
import type { Token } from "./tokens.ts";

/** How many arguments each takes before its limit. */
const ARGUMENTS: ReadonlyMap<string, number> = new Map([
  ["test", 2],
  ["it", 2],
  ["beforeAll", 1],
  ["beforeEach", 1],
  ["afterAll", 1],
  ["afterEach", 1],
]);
const OPENING = new Set(["(", "[", "{"]);
const CLOSING = new Set([")", "]", "}"]);

export function checkTestLimits(sources: readonly Source[]): Problem[] {
  return sources
    .filter(({ file }) => TEST_FILE.test(file) || matches(file, "tests/**"))
    .flatMap(({ file, tokens }) =>
      tokens.flatMap((token, i) => {
        const found = limitAt(tokens, i);
        if (!found || Number.parseInt(found.replaceAll("_", ""), 10) >= TEST_LIMIT_MS) return [];
        const message = `the limit ${found} binds on a busy machine: leave it to the runner (${TEST_LIMIT_MS} ms), or begin with a number that is not below`;
        return [{ file, line: token.line, message }];
      }),
    );
}

/** What limits the time of the tests or hooks that are declared at this token. */
function limitAt(tokens: readonly Token[], i: number): string | undefined {
  const { kind, text } = tokens[i]!;
  if (kind !== "name" || tokens[i - 1]?.text === ".") return undefined;
  if (text === "setDefaultTimeout" && tokens[i + 1]?.text === "(") return tokens[i + 2]?.text;
  const before = ARGUMENTS.get(text);
  if (before === undefined) return undefined;
  let at = i + 1;
  // `test.each(rows)(name, work)`, `test.skipIf(reason)(name, work)` and `test.skip(name, work)`.
  while (tokens[at]?.text === ".") at += 2;
  if (tokens[at]?.text !== "(") return undefined;
  let call = argumentsFrom(tokens, at);
  if (tokens[call.end]?.text === "(") call = argumentsFrom(tokens, call.end);
  return call.found[before];
}

/** The text of each argument of the call whose bracket opens at `at`, and the position behind it. */
function argumentsFrom(tokens: readonly Token[], at: number): { found: string[]; end: number } {
  const found: string[] = [];
  let depth = 0;
  let words = "";
  for (let i = at; i < tokens.length; i++) {
    const { kind, text } = tokens[i]!;
    const isMark = kind === "punctuation";
    if (isMark && CLOSING.has(text)) depth--;
    if (depth === 0 && i > at) return { found: words ? [...found, words] : found, end: i + 1 };
    if (depth === 1 && isMark && text === ",") {
      found.push(words);
      words = "";
    } else if (i > at) words += text;
    if (isMark && OPENING.has(text)) depth++;
  }
  return { found, end: tokens.length };
}
