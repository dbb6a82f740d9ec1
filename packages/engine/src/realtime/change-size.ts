import type { Change } from "@plinth/core";

/** Approximate memory use of a change: long texts matter most. */
export function changeChars({ before, after }: Change): number {
  let chars = 200;
  for (const row of [before, after]) {
    for (const name in row) {
      const value = row[name];
      if (typeof value === "string") chars += value.length;
      else if (typeof value === "object" && value !== null) chars += JSON.stringify(value).length;
    }
  }
  return chars;
}
