import type { Json } from "@plinth/core";

/** What a value should be: JSON, or a function that decides, at any depth. */
export type Expected =
  | null
  | string
  | number
  | boolean
  | ((value: Json | undefined) => boolean)
  | readonly Expected[]
  | { readonly [key: string]: Expected };

/** Objects may have more keys than expected; lists match in length and order. Returns what differs, or undefined. */
export function difference(actual: Json | undefined, expected: Expected, path = "body"): string | undefined {
  if (typeof expected === "function") {
    return expected(actual) ? undefined : `${path}: ${show(actual)} is not ${expected.name || "as it should be"}`;
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return `${path}: expected a list, got ${show(actual)}`;
    if (actual.length !== expected.length) {
      return `${path}: expected ${expected.length} entries, got ${actual.length}; wanted ${show(expected)}, got ${show(actual)}`;
    }
    return first(expected.map((part, i) => difference(actual[i], part, `${path}.${i}`)));
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null || Array.isArray(actual)) {
      return `${path}: expected an object, got ${show(actual)}`;
    }
    const parts = Object.entries(expected as { [key: string]: Expected });
    return first(
      parts.map(([key, part]) =>
        difference(Object.hasOwn(actual, key) ? actual[key] : undefined, part, `${path}.${key}`),
      ),
    );
  }
  return actual === expected ? undefined : `${path}: expected ${show(expected)}, got ${show(actual)}`;
}

/** Deep equality: the same keys, in any order. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((part, i) => equal(part, b[i]));
  }
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}

export const absent = function absent(value: Json | undefined): boolean {
  return value === undefined;
};

/** Not visible: hidden fields may be left out or be null. */
export const hidden = function hidden(value: Json | undefined): boolean {
  return value === undefined || value === null;
};

export const aTimestamp = function aTimestamp(value: Json | undefined): boolean {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
};

export const aUuid = function aUuid(value: Json | undefined): boolean {
  return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
};

export const aText = function aText(value: Json | undefined): boolean {
  return typeof value === "string" && value.length > 0;
};

/** The whole value, with no further keys. */
export function exactly(whole: Json): Expected {
  const decide = (value: Json | undefined): boolean => equal(value, whole);
  Object.defineProperty(decide, "name", { value: `exactly ${show(whole)}` });
  return decide;
}

export function matching(pattern: RegExp): Expected {
  const decide = (value: Json | undefined): boolean => typeof value === "string" && pattern.test(value);
  Object.defineProperty(decide, "name", { value: `like ${pattern}` });
  return decide;
}

/** A list that has such an entry among others. */
export function including(...parts: readonly Expected[]): Expected {
  const decide = (value: Json | undefined): boolean =>
    Array.isArray(value) && parts.every((part) => value.some((entry) => difference(entry, part) === undefined));
  Object.defineProperty(decide, "name", { value: `a list with ${show(parts)}` });
  return decide;
}

/** For what is asked in a scenario's own code. */
export function must(found: Json, expected: Expected): void {
  const wrong = difference(found, expected);
  if (wrong) throw new Error(`${wrong}\n    found: ${JSON.stringify(found).slice(0, 1500)}`);
}

function first(found: readonly (string | undefined)[]): string | undefined {
  return found.find((difference) => difference !== undefined);
}

export function show(value: unknown): string {
  const text = JSON.stringify(value, (_, part) => (typeof part === "function" ? `<${part.name}>` : part)) ?? "nothing";
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
