import type { Json } from "@plinth/core";

/** A fenced `sh` block of a page, and the answer that the page says it gives. */
export interface Example {
  readonly line: number;
  readonly code: string;
  readonly expected?: Json;
  /** Why it is not run. */
  readonly skip?: string;
}

const FENCE = /^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm;

/**
 * The examples of a page, in order. A `json` block that follows an `sh` block with nothing but prose between is its
 * expected answer. `sh no-test: reason` is not run; the reason may also be a comment in its first line.
 */
export function examplesOf(page: string): Example[] {
  const examples: Example[] = [];
  for (const match of page.matchAll(FENCE)) {
    const [, language, info = "", code = ""] = match;
    const line = page.slice(0, match.index).split("\n").length;
    const last = examples.at(-1);
    if (language === "sh") examples.push({ line, code, ...skipOf(info, code) });
    else if (language === "json" && last && last.expected === undefined && !last.skip) {
      examples[examples.length - 1] = { ...last, expected: parse(code, line) };
    }
  }
  return examples;
}

/** The fenced blocks of a language, also those in lists. */
export function blocksOf(page: string, language: string): { line: number; code: string }[] {
  const fences = [...page.matchAll(/^( *)```(\w+)[^\n]*\n([\s\S]*?)^ *```$/gm)];
  return fences.flatMap(({ index, 1: indent = "", 2: name, 3: code = "" }) =>
    name === language
      ? [{ line: page.slice(0, index).split("\n").length, code: code.replaceAll(new RegExp(`^${indent}`, "gm"), "") }]
      : [],
  );
}

function skipOf(info: string, code: string): { skip?: string } {
  const marked = /^\s+no-test(?::\s*(.+))?/.exec(info);
  if (!marked) return {};
  const reason = marked[1]?.trim() || /^#\s*(.+)/.exec(code)?.[1];
  if (!reason) throw new Error(`an example is marked no-test without a reason: ${code.slice(0, 80)}`);
  return { skip: reason };
}

function parse(code: string, line: number): Json {
  try {
    return JSON.parse(code) as Json;
  } catch (error) {
    throw new Error(`the json block at line ${line} is not JSON: ${(error as Error).message}`);
  }
}

/** The last JSON document of what a block printed. */
export function lastJson(output: string): Json | undefined {
  const text = output.trimEnd();
  for (const { index } of text.matchAll(/[{[]/g)) {
    try {
      return JSON.parse(text.slice(index)) as Json;
    } catch {
      // An earlier document, or the inside of one.
    }
  }
  return undefined;
}

/**
 * Where the answer differs from what the page says, or undefined. Objects may have more keys than the page shows, lists
 * may not have more entries, and `…` in a text stands for anything.
 */
export function difference(expected: Json, actual: Json | undefined, path = "answer"): string | undefined {
  if (expected === "…") return actual === undefined ? `${path} is missing` : undefined;
  if (typeof expected === "string" && expected.includes("…") && typeof actual === "string") {
    const pattern = expected.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${pattern.join("[^]*")}$`).test(actual) ? undefined : `${path} is ${JSON.stringify(actual)}`;
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return `${path} is ${JSON.stringify(actual)}`;
    if (actual.length !== expected.length) return `${path} has ${actual.length} entries: ${JSON.stringify(actual)}`;
    return first(expected.map((item, i) => difference(item, actual[i], `${path}.${i}`)));
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null || Array.isArray(actual))
      return `${path} is ${JSON.stringify(actual)}`;
    return first(Object.keys(expected).map((key) => difference(expected[key]!, actual[key], `${path}.${key}`)));
  }
  return expected === actual ? undefined : `${path} is ${JSON.stringify(actual)}`;
}

function first(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined);
}
