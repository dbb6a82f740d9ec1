/** A key has fewer characters. */
const BEHIND_ALL = "\u{10ffff}".repeat(1000);

/** The first text after all that begin with this one, in the order of their bytes. */
export function behindAllWith(text: string): string {
  const characters = [...text];
  const point = (characters.pop()?.codePointAt(0) ?? 0x10ffff) + 1;
  if (point > 0x10ffff) return characters.length === 0 ? BEHIND_ALL : behindAllWith(characters.join(""));
  // Halves of surrogate pairs are no characters.
  return characters.join("") + String.fromCodePoint(point === 0xd800 ? 0xe000 : point);
}
