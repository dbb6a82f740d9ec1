/** "Ada Lovelace" → "AL", "ada@example.com" → "A". Whole characters, also outside the basic plane. */
export function initialsOf(name: string): string {
  const words = name
    .split("@")[0]!
    .split(/[\s._-]+/u)
    .filter((word) => word !== "");
  const chosen = words.length > 1 ? [words[0]!, words.at(-1)!] : words;
  const letters = chosen.map((word) => [...word][0]!.toLocaleUpperCase());
  return letters.join("") || "?";
}

/** The same number for the same name. */
export function toneOf(name: string, count: number): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)!) % 65_521;
  return sum % count;
}
