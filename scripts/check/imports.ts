// Reads which modules a file imports, and how.
import type { Token } from "./tokens.ts";

export interface Import {
  specifier: string;
  line: number;
  /** `type` does not exist at run time; `dynamic` is `import()` or `require()`, loaded when it is reached. */
  kind: "static" | "type" | "dynamic";
}

export function importsOf(tokens: readonly Token[]): Import[] {
  const imports: Import[] = [];
  tokens.forEach((token, i) => {
    if (token.kind !== "name" || isMember(tokens, i)) return;
    if (token.text === "import" || token.text === "export") imports.push(...declaration(tokens, i));
    else if (token.text === "require") imports.push(...call(tokens, i));
  });
  return imports;
}

function declaration(tokens: readonly Token[], start: number): Import[] {
  const [first, second] = [tokens[start + 1], tokens[start + 2]];
  const exporting = tokens[start]!.text === "export";
  if (first?.text === "(" && !exporting) return call(tokens, start);
  if (first?.kind === "string" && !exporting) return [{ specifier: first.text, line: first.line, kind: "static" }];
  // `import type from "x"` imports a default called "type".
  const typed = first?.text === "type" && second?.text !== "from" && second?.text !== ",";
  const clause = typed ? start + 2 : start + 1;
  if (!beginsClause(tokens[clause], exporting)) return [];
  for (let i = clause; i < tokens.length; i += 1) {
    const token = tokens[i]!;
    if (token.kind === "name" && token.text === "from" && tokens[i + 1]?.kind === "string") {
      return [{ specifier: tokens[i + 1]!.text, line: token.line, kind: typed ? "type" : "static" }];
    }
    if (token.kind !== "name" && !["{", "}", ",", "*"].includes(token.text)) return [];
    if (token.text === "}" && tokens[i + 1]?.text !== "from") return [];
  }
  return [];
}

function beginsClause(token: Token | undefined, exporting: boolean): boolean {
  if (!token) return false;
  return token.text === "{" || token.text === "*" || (!exporting && token.kind === "name");
}

function call(tokens: readonly Token[], start: number): Import[] {
  const argument = tokens[start + 2];
  if (tokens[start + 1]?.text !== "(" || argument?.kind !== "string") return [];
  return [{ specifier: argument.text, line: argument.line, kind: "dynamic" }];
}

function isMember(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1]?.text;
  return before === "." || before === "?.";
}

/** `@scope/name/sub/path` → `@scope/name`, `name/sub` → `name`. */
export function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0]!;
}

export function isRelative(specifier: string): boolean {
  return specifier.startsWith("./") || specifier.startsWith("../") || specifier === "." || specifier === "..";
}

/** A runtime's built-in modules: `node:fs`, `bun:sqlite`, `bun`, `cloudflare:workers`. */
export function isBuiltin(specifier: string): boolean {
  return /^(node|bun|cloudflare):/.test(specifier) || specifier === "bun";
}
