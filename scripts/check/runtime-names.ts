// Only entries, platforms and adapters know their runtime. Pure: sources in, problems out.
import { matches, type Source } from "./files.ts";
import { isBuiltin } from "./imports.ts";
import type { Problem } from "./problem.ts";
import { FORBIDDEN_GLOBALS, FORBIDDEN_MEMBERS, HOST_NAMES, RUNTIME_PATHS, TEST_FILE } from "./rules.ts";
import type { Token } from "./tokens.ts";

export function checkRuntimeNames(sources: readonly Source[]): Problem[] {
  return sources
    .filter(({ file }) => isNeutral(file))
    .flatMap((source) => [...globalsIn(source), ...modulesIn(source)]);
}

function isNeutral(file: string): boolean {
  return !TEST_FILE.test(file) && !matches(file, RUNTIME_PATHS);
}

function modulesIn({ file, imports }: Source): Problem[] {
  return imports
    .filter(({ specifier }) => isBuiltin(specifier))
    .map(({ specifier, line }) => ({ file, line, message: `imports ${specifier}: only platforms and adapters may` }));
}

function globalsIn({ file, tokens }: Source): Problem[] {
  return tokens.flatMap((token, i) => {
    const found = forbiddenAt(tokens, i);
    return found ? [{ file, line: token.line, message: found }] : [];
  });
}

function forbiddenAt(tokens: readonly Token[], i: number): string | undefined {
  const token = tokens[i]!;
  if (token.kind === "string")
    return HOST_NAMES.includes(token.text) && isCompared(tokens, i) ? asks(token.text) : undefined;
  if (token.kind !== "name") return undefined;
  const member = FORBIDDEN_MEMBERS.find(([object, name]) => token.text === name && memberOf(tokens, i) === object);
  if (member) return `uses ${member.join(".")}: only platforms and adapters may`;
  if (!FORBIDDEN_GLOBALS.includes(token.text) || isKey(tokens, i)) return undefined;
  const object = memberOf(tokens, i);
  if (object !== undefined && object !== "globalThis") return undefined;
  return `uses ${token.text}: only platforms and adapters may`;
}

function asks(host: string): string {
  return `asks whether it runs on "${host}": a capability says what differs, a name does not`;
}

/** The name before `.token`; "" where the object is an expression; undefined where the token is not a member. */
function memberOf(tokens: readonly Token[], i: number): string | undefined {
  const dot = tokens[i - 1]?.text;
  if (dot !== "." && dot !== "?.") return undefined;
  const object = tokens[i - 2];
  return object?.kind === "name" ? object.text : "";
}

/** `{ process: 1 }` and `interface X { process?: string }` name a property, not the global. */
function isKey(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1]?.text ?? ";";
  const after = tokens[i + 1]?.text;
  const colon = after === ":" || (after === "?" && tokens[i + 2]?.text === ":");
  return colon && before !== "?" && before !== "case";
}

function isCompared(tokens: readonly Token[], i: number): boolean {
  const [before, after] = [tokens[i - 1]?.text, tokens[i + 1]?.text];
  const equals = (at: number) => tokens[at]?.text === "=" && tokens[at + 1]?.text === "=";
  return (
    before === "case" || equals(i - 2) || (after !== undefined && (equals(i + 1) || (after === "!" && equals(i + 2))))
  );
}
