/** Refuses a misspelt option: it would have no effect, without a word. */
export function requireKnown(given: object, known: readonly string[], where: string): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const near = known.find((option) => isNear(name, option));
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    throw new TypeError(`${where}: there is no option ${name.slice(0, 100)}${hint} (options are ${known.join(", ")})`);
  }
}

/** A misspelling mostly keeps the beginning and most letters. */
function isNear(name: string, option: string): boolean {
  const [a, b] = [name.toLowerCase(), option.toLowerCase()];
  if (a[0] !== b[0] || Math.abs(a.length - b.length) > 2) return false;
  const shared = [...new Set(a)].filter((letter) => b.includes(letter)).length;
  return shared >= new Set(b).size - 1;
}
