// The texts of the admin are found and translated by Lingui's macro. It replaces the tag `t` only in a file that imports it or
// gets it from `useLingui`. A `t` that is handed over is another function: as a tag it gives empty texts, which neither
// types nor tests of logic notice. Pure: sources in, problems out.
import { matches, type Source } from "./files.ts";
import type { Problem } from "./problem.ts";
import { TEST_FILE } from "./rules.ts";
import type { Token } from "./tokens.ts";

const ADMIN = "apps/admin/src/**/*.{ts,tsx}";
const TAG = "t";
const MACRO = /^@lingui\/(?:core|react)\/macro$/;

export function checkMessageTags(sources: readonly Source[]): Problem[] {
  return sources
    .filter(({ file }) => matches(file, ADMIN) && !TEST_FILE.test(file))
    .flatMap(({ file, tokens }) => {
      const bound = bindsTag(tokens);
      return usesOf(tokens).flatMap(({ at, within }) => {
        const message = problemAt(tokens, at, within, bound);
        return message === undefined ? [] : [{ file, line: tokens[at]!.line, message }];
      });
    });
}

/** Whether the file has the tag from the macro. */
function bindsTag(tokens: readonly Token[]): boolean {
  return tokens.some(({ kind, text }) => kind === "string" && MACRO.test(text));
}

interface TagUse {
  readonly at: number;
  /** The index of the bracket that it is directly in; -1 for none. */
  readonly within: number;
}

function usesOf(tokens: readonly Token[]): TagUse[] {
  const open: number[] = [];
  return tokens.flatMap(({ kind, text }, at): TagUse[] => {
    if (kind === "punctuation" && "([{".includes(text)) open.push(at);
    if (kind === "punctuation" && ")]}".includes(text)) open.pop();
    return kind === "name" && text === TAG ? [{ at, within: open.at(-1) ?? -1 }] : [];
  });
}

function problemAt(tokens: readonly Token[], at: number, within: number, bound: boolean): string | undefined {
  const [before, next] = [tokens[at - 1], tokens[at + 1]];
  if (isOneOf(before, ".", "?.", "<")) return undefined;
  if (next?.kind === "string") return bound ? undefined : `${UNKNOWN}: ${ADVICE}`;
  // A message that is defined elsewhere, such as t(LABELS.name).
  if (isOneOf(next, "(")) return undefined;
  const bracket = tokens[within];
  // What a hook depends on.
  if (isOneOf(bracket, "[")) return undefined;
  const isKey = isOneOf(bracket, "{") && (isOneOf(next, ":") || isBinding(tokens, within));
  return isKey ? undefined : `${HANDED_OVER}: ${ADVICE}`;
}

const UNKNOWN = "this t is not the macro's";
const HANDED_OVER = "t is handed over";
const ADVICE =
  "as a tag it would give empty texts. Hand over the text, or import t or call useLingui where the text is";

/** `import { t } from …`, or `const { t } = useLingui()`. */
function isBinding(tokens: readonly Token[], open: number): boolean {
  const close = tokens.findIndex(({ kind, text }, i) => i > open && kind === "punctuation" && text === "}");
  const [first, second] = tokens.slice(close + 1, close + 3);
  return first?.text === "from" || (isOneOf(first, "=") && second?.text === "useLingui");
}

function isOneOf(token: Token | undefined, ...texts: readonly string[]): boolean {
  return token?.kind === "punctuation" && texts.includes(token.text);
}
