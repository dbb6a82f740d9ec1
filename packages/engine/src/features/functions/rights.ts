import type { FunctionSettings } from "./settings.ts";

/** What everybody who deploys may take for granted. */
const LEAST: ReadonlySet<string> = new Set([
  "runtime: sandbox",
  "permissions.as: caller",
  "permissions.mail: false",
  "http.auth: admin",
]);

/**
 * The rights that a version declares and the one before it did not, a line for each, such as `permissions.actions: create`. Of lists each entry
 * counts; of other values the value.
 */
export function grownRights(before: FunctionSettings | undefined, after: FunctionSettings): string[] {
  const had = new Set(before ? rightsIn(before) : LEAST);
  return rightsIn(after).filter((right) => !had.has(right) && !LEAST.has(right));
}

function rightsIn({ permissions, http, limits: _, ...starts }: FunctionSettings): string[] {
  return linesIn("", { permissions, http: { auth: http.auth, cors: http.cors.origins }, ...starts });
}

function linesIn(path: string, value: unknown): string[] {
  if (value === false || value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.map((entry) => `${path}: ${textOf(entry)}`);
  if (typeof value !== "object" || value === null) return [`${path}: ${textOf(value)}`];
  return Object.entries(value).flatMap(([name, inner]) => linesIn(path === "" ? name : `${path}.${name}`, inner));
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
