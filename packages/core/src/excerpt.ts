const MAX_SHOWN = 100;
const MAX_END = 40;

/** A caller's text as errors show it: at most 100 characters, the beginning and the end of a longer one. */
export function excerpt(text: string): string {
  if (text.length <= MAX_SHOWN) return text;
  return `${text.slice(0, MAX_SHOWN - MAX_END - 1)}…${text.slice(-MAX_END)}`.toWellFormed();
}

/** A text that is shown where there is room for `most` characters: what is longer ends with an ellipsis. */
export function withEllipsis(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`.toWellFormed();
}

/** A caller's value as errors show it: `the text "5"`, `the list [1,2]`. */
export function excerptOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "boolean") return String(value);
  // JSON's readers make Infinity of what no double can hold.
  if (typeof value === "number") return Number.isFinite(value) ? `the number ${value}` : "a number that is too large";
  if (typeof value === "string") return `the text ${JSON.stringify(excerpt(value))}`;
  return Array.isArray(value) ? "a list" : "an object";
}
